"""Where things lie: the project's own folder, and the one for everything a running portal writes."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def var(*names: str) -> Path:
    """A path under var/, or under PORTAL_VAR where that is set."""
    return Path(os.environ.get("PORTAL_VAR") or ROOT / "var").absolute().joinpath(*names)
