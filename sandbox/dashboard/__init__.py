"""What a person wants to see of the sandbox, and the switches."""

from sandbox.dashboard.views import blueprint

__all__ = ["blueprint"]
