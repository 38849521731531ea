"""What is installed is exactly what the repository names, and the repository names no host it comes from."""

import json
import re
import subprocess
import tomllib

from portal.places import ROOT


def test_every_python_package_is_pinned_exactly():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = project["dependencies"] + [
        one for extra in project["optional-dependencies"].values() for one in extra
    ]
    locked = dict(line.split("==") for line in (ROOT / "requirements.lock").read_text().split())
    locked = {normal(name): version for name, version in locked.items()}
    for requirement in named:
        name, version = re.fullmatch(r"([\w.-]+)(?:\[[\w,]+\])?==([\w.]+)", requirement).groups()
        assert locked[normal(name)] == version


def test_every_front_end_package_is_pinned_exactly():
    package = json.loads((ROOT / "package.json").read_text())
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for name, version in (package["dependencies"] | package["devDependencies"]).items():
        assert lock[f"node_modules/{name}"]["version"] == version
    for name, locked in lock.items():
        assert "resolved" not in locked
        assert name == "" or locked["integrity"].startswith("sha512-")


def test_no_file_of_the_repository_names_a_package_host():
    # Written apart, so that this file is none of them.
    hosts = "|".join(["registry[.]npm" + "js", "pypi[.]" + "org", "python" + "hosted", "deb[.]debian"])
    found = subprocess.run(["git", "grep", "-lE", hosts], cwd=ROOT, capture_output=True, text=True)
    assert found.stdout == ""


def test_the_browser_gets_every_file_from_here():
    vendor = ROOT / "static" / "vendor"
    sprite = (vendor / "icons.svg").read_text()
    for name in (ROOT / "portal" / "icons.txt").read_text().split():
        assert f'id="{name}"' in sprite
    for name in ("htmx.min.js", "tabler.min.css"):
        assert (vendor / f"{name}.br").stat().st_size < (vendor / name).stat().st_size
    for address in re.findall(r"url\(\./(.*?)\)", (vendor / "inter.css").read_text()):
        assert (vendor / address).exists()


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
