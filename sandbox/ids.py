"""Ids as Stripe writes them (STRIPE.md section 2, id prefixes)."""

import secrets
import string

_LETTERS = string.ascii_letters + string.digits
_LENGTHS = {"cs": 58, "cus": 14, "prod": 14, "req": 14, "pi": 24, "ch": 24, "re": 24, "evt": 24, "txn": 24}


def letters(length: int) -> str:
    """Random letters and digits; unguessable from about 20 on."""
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def new_id(prefix: str, livemode: bool = False) -> str:
    """A fresh id: sessions carry their mode, objects that move money start with 3 as at Stripe."""
    if prefix == "cs":
        return f"cs_{'live' if livemode else 'test'}_a1{letters(_LENGTHS['cs'] - 2)}"
    lead = {"pi": "3", "ch": "3", "re": "3", "txn": "3", "py": "3"}.get(prefix, "1" if prefix in _ONES else "")
    length = _LENGTHS.get(prefix, 24)
    return f"{prefix}_{lead}{letters(length - len(lead))}"


_ONES = frozenset({"evt", "price", "pm", "we", "bpc", "shr", "prv", "acct", "seti", "du", "file", "issfr"})


def secret_of(object_id: str) -> str:
    """A client secret: the id, then 25 letters."""
    return f"{object_id}_secret_{letters(25)}"
