"""JSON for tests, below /_sandbox."""

from sandbox.control.views import blueprint

__all__ = ["blueprint"]
