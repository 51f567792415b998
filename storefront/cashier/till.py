"""The till: what every act of the cashier needs, made once per process."""

import os
import socket
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from storefront.cashier.gateway import Gateway
from storefront.settings import Settings

BUYER_WAITS = (2.0, 4.0)
NOBODY_WAITS = (3.05, 20.0)


@dataclass(frozen=True, slots=True)
class Till:
    """`sessions`: makes database sessions whose rows stay readable after commit. `worker`: whose leases these are."""

    settings: Settings
    gateway: Gateway
    sessions: sessionmaker[Session]
    worker: str


def open_till(settings: Settings, engine: Engine, patience: tuple[float, float], worker: str = "") -> Till:
    """A till for this process; build it after fork."""
    name = worker or f"{socket.gethostname()}:{os.getpid()}"
    return Till(settings, Gateway(settings, patience), sessionmaker(engine, expire_on_commit=False), name)
