"""Passwords: argon2id with OWASP's parameters, and what is refused as one."""

import re
import secrets
import unicodedata
from functools import cache
from itertools import pairwise
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

LONGEST = 200
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_room = BoundedSemaphore(4)
"""Each check takes 19 MiB: so many at once."""

_COMMON = frozenset(Path(__file__).with_name("common_passwords.txt").read_text().split())
"""Letters only: digits and signs around and within are stripped before a password is compared."""
_LEET = str.maketrans("0134578@$!", "oieastbasi")


def _plain(password: str) -> str:
    return unicodedata.normalize("NFC", password)


def hashed(password: str) -> str:
    """To be stored."""
    with _room:
        return _hasher.hash(_plain(password))


@cache
def _nobodys() -> str:
    return hashed(secrets.token_urlsafe(32))


def fits(password_hash: str, password: str) -> bool:
    """Whether it is the password of this hash. The work is the same where there is no hash."""
    with_work = password if len(password) <= LONGEST else ""
    try:
        with _room:
            right = _hasher.verify(password_hash or _nobodys(), _plain(with_work))
    except (Argon2Error, InvalidHashError):
        return False
    return right and bool(password_hash) and len(password) <= LONGEST


def weakness(password: str, *about: str) -> str:
    """Why it cannot be a password, in a sentence; empty when it can. `about`: the member's name and address."""
    plain = _plain(password)
    if len(plain) < 12 or (len(plain) < 15 and not any(char.isdigit() for char in plain)):
        return "Use at least 12 characters with a digit among them, or at least 15 of any kind: a few words are fine."
    if len(plain) > LONGEST:
        return f"Use at most {LONGEST} characters."
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain.lower())
    spelled = {re.sub(r"[^a-z]", "", form) for form in (core, core.translate(_LEET), plain.lower().translate(_LEET))}
    known = {re.sub(r"[^a-z]", "", part.lower()) for whole in about for part in (whole, whole.partition("@")[0])}
    if len(set(plain)) < 5 or spelled & (_COMMON | {part for part in known if len(part) > 3}):
        return "That is one of the first passwords that anybody would try. Choose another."
    if _is_run(plain.lower()):
        return "A row of neighbouring letters or digits is tried first. Choose another."
    return ""


def _is_run(text: str) -> bool:
    steps = [ord(after) - ord(before) for before, after in pairwise(text)]
    return sum(step in (-1, 0, 1) for step in steps) > len(steps) * 0.75
