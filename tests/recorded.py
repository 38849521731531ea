"""Outputs that are kept in the repository: a changed line is a changed behaviour, seen in review."""

import difflib
import os
from pathlib import Path

from portal.places import ROOT


def compare(text: str, path: Path) -> None:
    """Fail with the difference to what is recorded; RECORD=1 in the environment records anew."""
    if os.environ.get("RECORD"):
        path.write_text(text)
        return
    recorded = path.read_text() if path.exists() else ""
    difference = difflib.unified_diff(
        recorded.splitlines(),
        text.splitlines(),
        f"{path.relative_to(ROOT)}, recorded",
        "now",
        lineterm="",
        n=1,
    )
    assert recorded == text, "RECORD=1 records anew\n" + "\n".join(difference)
