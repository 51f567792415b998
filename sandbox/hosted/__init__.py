"""The pages where buyers pay: no JavaScript, their own look, visibly a sandbox."""

from sandbox.hosted import intents, links, papers, payment_pages, portal, recovering, views
from sandbox.hosted.door import door

__all__ = ["door", "intents", "links", "papers", "payment_pages", "portal", "recovering", "views"]
