"""When the buyer took what needs no parcel."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from storefront.orders.download import downloads_of
from storefront.orders.order import Order


@dataclass(frozen=True, slots=True)
class Fetched:
    """`what`: in a few words. `ip`: where from, empty where it is not known (any more)."""

    at: datetime
    what: str
    ip: str = ""


def fetched_of(session: Session, order: Order) -> list[Fetched]:
    """Oldest first."""
    return [
        Fetched(one.at, f"downloaded {one.line.name} ({one.file_name}, {one.size:,} bytes)", one.ip)
        for one in downloads_of(session, order.id)
    ]
