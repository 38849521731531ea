"""How a till signs a call: HMAC-SHA-256 by its store's key.

What is signed is, with a line feed between them: the method, the path, the seconds since 1970, the nonce and the SHA-256 of
the body in hexadecimal. loy_admitCall judges it.

    X-Store: s001
    X-Key: k0123456789ab
    X-Timestamp: 1795000000
    X-Nonce: 4f1c0b6de2a94d7c
    X-Signature: the HMAC in hexadecimal
"""

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Key:
    """A store's key; the secret is the 64 hexadecimal digits that loy_addStoreKey told once."""

    store: str
    id: str
    secret: str

    def headers(
        self, method: str, path: str, body: bytes, *, at: int | None = None, nonce: str | None = None
    ) -> dict:
        """The headers of a call.

        >>> Key("s001", "k1", "00" * 32).headers("POST", "/api/v1/quote", b"{}", at=0, nonce="n" * 16)["X-Store"]
        's001'
        """
        at = int(time.time()) if at is None else at
        nonce = nonce or secrets.token_hex(16)
        return {
            "X-Store": self.store,
            "X-Key": self.id,
            "X-Timestamp": str(at),
            "X-Nonce": nonce,
            "X-Signature": self.signature(method, path, str(at), nonce, body),
        }

    def signature(self, method: str, path: str, at: str, nonce: str, body: bytes) -> str:
        message = "\n".join([method, path, at, nonce, hashlib.sha256(body).hexdigest()])
        return hmac.new(bytes.fromhex(self.secret), message.encode(), hashlib.sha256).hexdigest()
