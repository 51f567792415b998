"""A mail server that keeps every letter, and the page that shows them."""

from sandbox.mail.views import door

__all__ = ["door"]
