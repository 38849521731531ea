"""Random secrets of this installation, made when first asked for and kept in var/secrets.json for its owner only."""

import json
import os
import secrets

from portal.locks import alone
from portal.places import var


def get(name: str) -> str:
    """The secret of that name: 256 random bits that never change."""
    path = var("secrets.json")
    with alone(var("secrets.lock")):
        kept = json.loads(path.read_text()) if path.exists() else {}
        if name not in kept:
            kept[name] = secrets.token_urlsafe(32)
            # Written aside and renamed: a kill in the middle must not lose the ones that are in use.
            aside = path.with_suffix(".new")
            aside.unlink(missing_ok=True)
            with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                json.dump(kept, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(path)
        return kept[name]
