"""JSON for tests, below /_sandbox."""

from sandbox.control import clock, faults, mails, paying, records, resending, variants
from sandbox.control.door import door

__all__ = ["clock", "door", "faults", "mails", "paying", "records", "resending", "variants"]
