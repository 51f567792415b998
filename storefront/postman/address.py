"""Mail addresses, taken strictly: one letter goes to one mailbox and nowhere else."""

import re

_LOCAL = re.compile(r"[^\s@,;:<>()\[\]\\\"\x00-\x20\x7f-\xa0.]+(\.[^\s@,;:<>()\[\]\\\"\x00-\x20\x7f-\xa0.]+)*")
_DOMAIN = re.compile(
    r"(?=.{1,253}\Z)([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)*[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
)


class AddressError(ValueError):
    """Not the address of exactly one mailbox; the message does not repeat it."""


def mailbox(text: str) -> str:
    """`text` as one plain address, its domain in ASCII. Raises AddressError for lists, names and line breaks."""
    local, at, domain = text.strip(" ").rpartition("@")
    if not at or len(local.encode()) > 64 or not _LOCAL.fullmatch(local):
        raise AddressError("The recipient is not the address of one mailbox.")
    try:
        plain = domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise AddressError("The recipient's domain is no domain name.") from error
    if not _DOMAIN.fullmatch(plain):
        raise AddressError("The recipient's domain is no domain name.")
    return f"{local}@{plain}"
