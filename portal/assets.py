"""Files of static/: one digest of them all stands in their address, and scripts carry an integrity hash."""

import base64
import hashlib
from functools import cache

from flask import Flask

from portal.places import ROOT

STATIC = ROOT / "static"


def init_app(app: Flask) -> None:
    prefix = f"/static/{'now' if app.debug else digest()}/"
    app.config["STATIC_PREFIX"] = prefix

    def asset(path: str) -> str:
        """The address of a static file; relative addresses inside style sheets carry the digest as well."""
        return prefix + path

    app.jinja_env.globals.update(asset=asset, integrity=integrity)


@cache
def digest() -> str:
    """A word that changes when any static file does."""
    total = hashlib.sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            total.update(str(path.relative_to(STATIC)).encode() + b"\0" + path.read_bytes())
    return total.hexdigest()[:12]


@cache
def integrity(path: str) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384((STATIC / path).read_bytes()).digest()).decode()
