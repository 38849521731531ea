"""Secrets of this installation, kept in var/secrets.json for its owner only; random ones are made when first asked for."""

import json
import os
import secrets

from portal.locks import alone
from portal.places import var


def get(name: str) -> str:
    """The secret of that name: 256 random bits that never change."""
    return known(name) or keep(name, secrets.token_urlsafe(32), anew=False)


def known(name: str) -> str | None:
    """The secret of that name, if there is one."""
    path = var("secrets.json")
    return json.loads(path.read_text()).get(name) if path.exists() else None


def keep(name: str, secret: str, anew: bool = True) -> str:
    """Keep a secret that somebody else has made; anew: also in the place of one that is there."""
    path = var("secrets.json")
    with alone(var("secrets.lock")):
        kept = json.loads(path.read_text()) if path.exists() else {}
        if anew or name not in kept:
            kept[name] = secret
            # Written aside and renamed: a kill in the middle must not lose the ones that are in use.
            aside = path.with_suffix(".new")
            aside.unlink(missing_ok=True)
            with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                json.dump(kept, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(path)
        return kept[name]
