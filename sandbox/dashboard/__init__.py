"""What a person wants to see of the sandbox, and the switches."""

from sandbox.dashboard import pages, switches
from sandbox.dashboard.door import door

__all__ = ["door", "pages", "switches"]
