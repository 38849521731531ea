"""The environment that is made before anything is installed."""

import shutil
import subprocess
import sys

from portal.places import ROOT


def test_the_environment_of_another_folder_is_not_cleared_through_a_link(tmp_path):
    other, here = tmp_path / "other", tmp_path / "here"
    other.mkdir()
    (other / "installed.json").write_text('{"root": "elsewhere"}')
    (here / "scripts").mkdir(parents=True)
    shutil.copy(ROOT / "scripts" / "setup.py", here / "scripts")
    for file in ("pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / file, here)
    (here / ".venv").symlink_to(other)
    done = subprocess.run(
        [sys.executable, "scripts/setup.py", "embedded"], cwd=here, capture_output=True, text=True
    )
    assert done.returncode == 1 and "Remove the link" in done.stderr
    assert [file.name for file in other.iterdir()] == ["installed.json"]
