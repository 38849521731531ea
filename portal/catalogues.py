"""Compiled catalogues of the interface's words: portal/translations/<language>/LC_MESSAGES/<domain>.po, one per domain."""

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask

from portal.places import ROOT

FOLDER = ROOT / "portal" / "translations"


def init_app(app: Flask) -> None:
    """Compile what is newer than its .mo, and let flask-babel read every domain."""
    catalogues = list(FOLDER.glob("*/LC_MESSAGES/*.po"))
    for po in catalogues:
        compile(po)
    # kit comes last: where two catalogues have a word, the later one wins.
    domains = [*sorted({po.stem for po in catalogues} - {"kit"}), "kit"]
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join([str(FOLDER)] * len(domains))
    app.config["BABEL_DOMAIN"] = ";".join(domains)


def compile(po: Path) -> None:
    """Write the .mo beside its .po; several processes may do it at once."""
    mo = po.with_suffix(".mo")
    if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
        return
    aside = mo.with_suffix(f".{os.getpid()}")
    with po.open("rb") as source, aside.open("wb") as target:
        write_mo(target, read_po(source, locale=po.parent.parent.name))
    aside.replace(mo)
