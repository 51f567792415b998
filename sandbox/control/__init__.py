"""JSON for tests, below /_sandbox."""

from sandbox.control import clock, disputes, faults, mails, paying, records, resending, variants
from sandbox.control.door import door

__all__ = ["clock", "disputes", "door", "faults", "mails", "paying", "records", "resending", "variants"]
