"""JSON for tests, below /_sandbox."""

from sandbox.control import (
    beginning,
    clock,
    disputes,
    faults,
    limits,
    mails,
    paying,
    records,
    resending,
    secrets,
    variants,
)
from sandbox.control.door import door

__all__ = [
    "beginning",
    "clock",
    "disputes",
    "door",
    "faults",
    "limits",
    "mails",
    "paying",
    "records",
    "resending",
    "secrets",
    "variants",
]
