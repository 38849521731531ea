"""Passwords become argon2id hashes here; the database sees only the hash."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's second choice: half a dozen sign-ins at once fit into the memory of a small server.
hasher = PasswordHasher(memory_cost=19456, time_cost=2, parallelism=1)


def encode(password: str) -> str:
    return hasher.hash(password)


def verify(encoded: str, password: str) -> bool:
    try:
        return hasher.verify(encoded, password)
    except (VerificationError, InvalidHashError):
        return False
