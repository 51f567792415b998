"""Tokens of links in letters: a row's random name and its mark, so that the database alone opens nothing."""

import hmac
from hashlib import sha256


def mark(secret: str, purpose: str, name: str) -> str:
    """64 hex digits that only who knows `secret` can make. `purpose`: what the name stands for."""
    return hmac.new(secret.encode(), f"{purpose}:{name}".encode(), sha256).hexdigest()


def token(secret: str, purpose: str, name: str) -> str:
    """What a link carries for the row called `name`."""
    return f"{name}.{mark(secret, purpose, name)}"


def name_in(secret: str, purpose: str, given: str) -> str | None:
    """The name in a token that was made here for this purpose; None for any other text."""
    name, _, marked = given.partition(".")
    return name if hmac.compare_digest(marked.encode(), mark(secret, purpose, name).encode()) else None
