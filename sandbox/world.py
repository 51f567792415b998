"""Everything that one running sandbox holds, and the way into a transaction."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from sandbox import ids
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.keys import KeysInUse
from sandbox.limits import Limits
from sandbox.requestlog import RequestLog
from sandbox.settings import Settings
from sandbox.store import Store
from sandbox.transaction import Origin, Thing, Transaction
from sandbox.variants import Variants

if TYPE_CHECKING:
    import sqlite3


class Dispatcher(Protocol):
    """Sends what is due; see delivering/dispatcher.py."""

    def catch_up(self, seconds: float = 20.0) -> bool: ...

    def rest(self, seconds: float = 20.0) -> bool: ...

    def stop(self) -> None: ...


class Catcher(Protocol):
    """Takes mail; see mail/catcher.py."""

    mode: str

    def change(self, mode: str) -> None: ...

    def stop(self) -> None: ...


class World:
    """One sandbox: its memory, clock, faults, variants and limits. `changed` is notified after every commit and attempt."""

    dispatcher: Dispatcher
    catcher: Catcher

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(settings.database)
        self.clock = Clock(settings.clock_file)
        self.faults = Faults(self.store)
        self.variants = Variants(self.store, settings.variants)
        self.limits = Limits(self.store)
        self.keys = KeysInUse()
        self.log = RequestLog(settings.request_log)
        self.changed = threading.Condition()
        self.stopping = threading.Event()
        self.account = self.store.fact("account") or self._found_account()

    def _found_account(self) -> str:
        account = ids.new_id("acct")
        self.store.remember("account", account)
        return account

    @contextmanager
    def writing(
        self, livemode: bool = False, origin: Origin | None = None, now: int | None = None, clock: str | None = None
    ) -> Iterator[Transaction]:
        """A transaction that commits on return; those who wait for events are woken after the commit.

        `now` dates it at another hour: of the sandbox, or of a test clock.
        """
        with self.store.writing() as connection:
            tx = self._transaction(connection, livemode, origin, now, clock)
            yield tx
        if tx.told:
            self.notify()

    @contextmanager
    def reading(self, livemode: bool = False) -> Iterator[Transaction]:
        with self.store.reading() as connection:
            yield self._transaction(connection, livemode)

    def thing(self, object_id: str) -> Thing | None:
        """An object of either mode."""
        for livemode in (False, True):
            with self.reading(livemode) as tx:
                found = tx.find(object_id)
            if found is not None:
                return found
        return None

    def notify(self) -> None:
        with self.changed:
            self.changed.notify_all()

    def _transaction(
        self,
        connection: sqlite3.Connection,
        livemode: bool,
        origin: Origin | None = None,
        now: int | None = None,
        clock: str | None = None,
    ) -> Transaction:
        wall = self.clock.now() if now is None or clock else now
        return Transaction(
            connection=connection,
            livemode=livemode,
            now=wall if now is None else now,
            wall=wall,
            clock=clock,
            site=self.settings.url,
            account=self.account,
            variants=self.variants,
            origin=origin or Origin(),
        )
