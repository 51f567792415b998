"""Everything that one running sandbox holds, and the way into a transaction."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sandbox import ids
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.requestlog import RequestLog
from sandbox.settings import Settings
from sandbox.store import Store
from sandbox.transaction import Origin, Transaction
from sandbox.variants import Variants
from sandbox.wire.idempotency import KeysInUse

if TYPE_CHECKING:
    import sqlite3

    from sandbox.delivering.dispatcher import Dispatcher
    from sandbox.mail.catcher import Catcher


class World:
    """One sandbox: its memory, clock, faults and variants. `changed` is notified after every commit and attempt."""

    dispatcher: Dispatcher
    catcher: Catcher

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(settings.database)
        self.clock = Clock(settings.clock_file)
        self.faults = Faults(self.store)
        self.variants = Variants(self.store, settings.variants)
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
        self, livemode: bool = False, origin: Origin | None = None, now: int | None = None
    ) -> Iterator[Transaction]:
        """A transaction that commits on return; those who wait for events are woken after the commit."""
        with self.store.writing() as connection:
            tx = self._transaction(connection, livemode, origin, now)
            yield tx
        if tx.told:
            self.notify()

    @contextmanager
    def reading(self, livemode: bool = False) -> Iterator[Transaction]:
        with self.store.reading() as connection:
            yield self._transaction(connection, livemode, None, None)

    def notify(self) -> None:
        with self.changed:
            self.changed.notify_all()

    def _transaction(
        self, connection: sqlite3.Connection, livemode: bool, origin: Origin | None, now: int | None
    ) -> Transaction:
        return Transaction(
            connection=connection,
            livemode=livemode,
            now=self.clock.now() if now is None else now,
            site=self.settings.url,
            account=self.account,
            variants=self.variants,
            origin=origin or Origin(),
        )
