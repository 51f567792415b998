"""What the order page and the account say of the files that were bought."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from storefront.catalog.file import DigitalFile
from storefront.orders.download import DownloadLink, links_of, links_of_buyer
from storefront.orders.downloading import NotDownloadableError, may_ask_again, ready, still_bought, token_of
from storefront.orders.order import Order

MOST = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """`file`: None where it cannot be had at the moment, as `why_not` says."""

    link: DownloadLink
    token: str
    file: DigitalFile | None
    why_not: str


@dataclass(frozen=True, slots=True)
class Files:
    """`again`: the buyer may ask for new links."""

    entries: list[Entry]
    again: bool


def files_of(session: Session, order: Order, secret_key: str) -> Files:
    """One entry for each line that is a file."""
    entries = [_entry(session, link, secret_key) for link in links_of(session, order.id)]
    owned = any(still_bought(entry.link.line) for entry in entries)
    return Files(entries, owned and may_ask_again(session, order))


def files_of_buyer(session: Session, buyer_id: int, secret_key: str) -> list[Entry]:
    """Of all orders, the newest links first, at most MOST."""
    return [_entry(session, link, secret_key) for link in links_of_buyer(session, buyer_id, MOST)]


def _entry(session: Session, link: DownloadLink, secret_key: str) -> Entry:
    token = token_of(secret_key, link.id)
    try:
        return Entry(link, token, ready(session, link), "")
    except NotDownloadableError as error:
        return Entry(link, token, None, str(error))
