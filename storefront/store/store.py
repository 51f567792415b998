"""What merchants say of their store: kept in a table, with the environment's words where they have said nothing."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.clock import now
from storefront.db import Base, UTCDateTime
from storefront.settings import Settings


class StoreSetting(Base):
    """`name`: a field of Store. `by`: the member of staff who said so."""

    __tablename__ = "store_settings"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now, onupdate=now)


@dataclass(frozen=True, slots=True)
class Store:
    """`address`: lines, as they stand in the imprint and under letters. `support_email`: whom buyers write to.

    `capture_policy`: on_stock_check, on_shipping or automatic; products may be exceptions.
    """

    name: str
    tagline: str
    address: str
    support_email: str
    capture_policy: str

    @property
    def mark(self) -> str:
        """The same for the same words: a form that was shown others is out of date."""
        return hashlib.sha256(json.dumps(asdict(self)).encode()).hexdigest()[:32]


def from_environment(settings: Settings) -> Store:
    """The store before anybody has said anything."""
    return Store(settings.site_name, settings.site_tagline, "", "", settings.capture_policy)


def store_of(session: Session, settings: Settings) -> Store:
    """The store as it is now."""
    rows = session.execute(select(StoreSetting.name, StoreSetting.value))
    said = {row.name: row.value for row in rows}
    told = asdict(from_environment(settings))
    return Store(**{name: said.get(name, word) for name, word in told.items()})


def say(session: Session, words: Mapping[str, str], by: str) -> None:
    """Keep these fields of Store. Whoever shows them to buyers moves the catalogue's version."""
    known = {row.name: row for row in session.scalars(select(StoreSetting).with_for_update())}
    for name, value in words.items():
        if name not in known:
            session.add(StoreSetting(name=name, value=value, by=by))
        elif known[name].value != value:
            known[name].value, known[name].by = value, by
    session.flush()
