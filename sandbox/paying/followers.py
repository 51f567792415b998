"""Who wants to know how an intent went, without this package knowing them: invoices, for one."""

from collections.abc import Callable

from sandbox.transaction import Thing, Transaction

Follower = Callable[[Transaction, Thing], None]
_FOLLOWERS: dict[str, Follower] = {}


def follower(note: str) -> Callable[[Follower], Follower]:
    """Call this after each attempt of an intent that carries the note."""

    def add(does: Follower) -> Follower:
        _FOLLOWERS[note] = does
        return does

    return add


def notify(tx: Transaction, intent: Thing) -> None:
    """The intent has succeeded, failed, or waits for its buyer."""
    for note, does in _FOLLOWERS.items():
        if intent.get(note):
            does(tx, intent)
