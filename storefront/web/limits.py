"""Rate limits that hold over processes and restarts: counters in our own tables, counted by the `limits` library."""

from collections.abc import Callable
from datetime import datetime, timedelta
from ipaddress import IPv6Network
from typing import Any, TypeVar

from flask import Flask, request
from limits import RateLimitItem, parse
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import Engine, Index, case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from storefront import clock
from storefront.db import Base, UTCDateTime
from storefront.web.database import engine
from storefront.web.errors import PAGES, Refusal

View = TypeVar("View", bound=Callable[..., Any])


class RateCount(Base):
    """`hits` of one window; `key` names the limit and whom it counts."""

    __tablename__ = "rate_counts"

    key: Mapped[str] = mapped_column(primary_key=True)
    hits: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (Index("ix_rate_counts_ends_at", "ends_at"),)


class TableStorage(Storage):
    """Fixed windows, by the shop's clock. Each hit is a transaction of its own, so it counts whatever comes after."""

    STORAGE_SCHEME = None

    def __init__(self, engine_of: Callable[[], Engine]) -> None:
        super().__init__()
        self._engine = engine_of

    @property
    def base_exceptions(self) -> type[Exception]:
        """What `limits` wraps, if told to."""
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """The hits in this window, these ones counted. `expiry`: seconds of a new window."""
        moment = clock.now()
        over = RateCount.ends_at <= moment
        with self._engine().begin() as connection:
            insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
            new = insert(RateCount).values(key=key, hits=amount, ends_at=moment + timedelta(seconds=expiry))
            statement = new.on_conflict_do_update(
                index_elements=[RateCount.key],
                set_={
                    "hits": case((over, new.excluded.hits), else_=RateCount.hits + new.excluded.hits),
                    "ends_at": case((over, new.excluded.ends_at), else_=RateCount.ends_at),
                },
            )
            hits: int = connection.execute(statement.returning(RateCount.hits)).scalar_one()
            if hits == amount:
                connection.execute(delete(RateCount).where(RateCount.ends_at < moment))
        return hits

    def get(self, key: str) -> int:
        """The hits in this window."""
        with self._engine().connect() as connection:
            return (
                connection.scalar(select(RateCount.hits).where(RateCount.key == key, RateCount.ends_at > clock.now()))
                or 0
            )

    def get_expiry(self, key: str) -> float:
        """When the window ends, in seconds since 1970; now, if there is none."""
        with self._engine().connect() as connection:
            ends_at = connection.scalar(select(RateCount.ends_at).where(RateCount.key == key))
        return (ends_at or clock.now()).timestamp()

    def check(self) -> bool:
        """Whether the table can be read."""
        self.get("")
        return True

    def reset(self) -> int | None:
        """Forget every count."""
        with self._engine().begin() as connection:
            return connection.execute(delete(RateCount)).rowcount

    def clear(self, key: str) -> None:
        """Forget the count of `key`."""
        with self._engine().begin() as connection:
            connection.execute(delete(RateCount).where(RateCount.key == key))


_counter = FixedWindowRateLimiter(TableStorage(engine))


def client() -> str:
    """Whom an address stands for: one IPv4 address, or the /64 that one IPv6 customer is given."""
    address = request.remote_addr or ""
    if ":" not in address:
        return address
    try:
        return str(IPv6Network((address.partition("%")[0], 64), strict=False))
    except ValueError:
        return address


def limited(*rates: str) -> Callable[[View], View]:
    """Allow a view so often (`30/minute`) for each client address; more is answered with 429."""
    items = tuple(parse(rate) for rate in rates)

    def mark(view: View) -> View:
        view.limits = items  # type: ignore[attr-defined]
        return view

    return mark


def count(rate: str, *whom: str) -> None:
    """Count a hit for `whom` now. Raises Refusal (429) when it is one too many.

    To be called before the request's own transaction writes: SQLite has one writer.
    """
    _hit(parse(rate), whom)


def forget(rate: str, *whom: str) -> None:
    """Start counting anew for `whom`: they proved to be no guesser."""
    _counter.clear(parse(rate), *whom)


def _hit(item: RateLimitItem, whom: tuple[str, ...]) -> None:
    if _counter.hit(item, *whom):
        return
    wait = max(1, round(_counter.get_window_stats(item, *whom).reset_time - clock.now().timestamp()))
    raise Refusal(429, *PAGES[429], link=("Try again", request.path), headers={"Retry-After": str(wait)})


def init_limits(app: Flask) -> None:
    """Enforce the limits before anything of the request opens a transaction."""

    @app.before_request
    def enforce() -> None:
        view = app.view_functions.get(request.endpoint or "")
        for item in getattr(view, "limits", ()):
            _hit(item, (request.endpoint or "", client()))
