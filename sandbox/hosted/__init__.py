"""The page where buyers pay: no JavaScript, its own look, visibly a sandbox."""

from sandbox.hosted.views import door

__all__ = ["door"]
