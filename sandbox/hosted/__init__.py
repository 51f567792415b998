"""The pages where buyers pay: no JavaScript, their own look, visibly a sandbox."""

from sandbox.hosted import intents, portal, recovering, views
from sandbox.hosted.door import door

__all__ = ["door", "intents", "portal", "recovering", "views"]
