"""What a person wants to see of the sandbox, and the switches."""

from sandbox.dashboard import disputes, pages, switches
from sandbox.dashboard.door import door

__all__ = ["disputes", "door", "pages", "switches"]
