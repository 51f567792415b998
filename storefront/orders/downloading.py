"""Downloading: a paid line of a digital product gives a link that is counted, ends, and can be asked for again."""

from datetime import timedelta

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from storefront.catalog.file import DigitalFile, file_of
from storefront.clock import now
from storefront.orders.download import Download, DownloadLink, count_one, links_of
from storefront.orders.order import LineItem, Order, OrderState
from storefront.orders.timeline import tell
from storefront.outbox.letter import queue

GOOD_FOR = timedelta(days=30)
EACH = 5
"""How often the file may be taken for each piece that was bought: devices break, connections too."""
AGAIN = 5
"""How often a buyer may ask for new links alone; a merchant always may."""


class NotDownloadableError(Exception):
    """The file is not handed over; the message is a sentence for the buyer."""


def grant(session: Session, order: Order, by: str) -> list[DownloadLink]:
    """New links for every digital line of the paid, locked order, and the letter with them; older links end."""
    lines = [line for line in order.lines if downloadable(session, line)]
    if order.state != OrderState.COMPLETED or not lines:
        return []
    made_before = select(func.count()).where(DownloadLink.order_id == order.id)
    before = session.scalars(made_before).one()
    old = update(DownloadLink).where(DownloadLink.order_id == order.id, DownloadLink.ends_at > now())
    session.execute(old.values(ends_at=now()))
    made = [
        DownloadLink(order_id=order.id, line=line, by=by, most=EACH * still_bought(line), ends_at=now() + GOOD_FOR)
        for line in lines
    ]
    session.add_all(made)
    session.flush()
    said = "The download is ready." if not before else "New download links were made."
    tell(session, order.id, f"downloads:{made[0].id}", said, by)
    if order.email:
        facts = {"links": [link.id for link in made]}
        queue(session, "downloads", f"{order.number}-{made[0].id}", order.email, order_id=order.id, facts=facts)
    return made


def may_ask_again(session: Session, order: Order) -> bool:
    """Whether the buyer may still ask for new links."""
    links = links_of(session, order.id)
    if not links:
        return False
    asked = select(func.count()).where(DownloadLink.line_id == links[0].line_id, DownloadLink.by == "buyer")
    return session.scalars(asked).one() < AGAIN


def take(session: Session, link: DownloadLink, ip: str, user_agent: str) -> DigitalFile:
    """The file, counted and written down. Raises NotDownloadableError."""
    file = ready(session, link)
    if not count_one(session, link.id):
        raise NotDownloadableError(_over(link))
    session.add(
        Download(
            order_id=link.order_id,
            line_id=link.line_id,
            ip=ip,
            user_agent=user_agent[:300],
            file_name=file.name,
            file_hash=file.hash,
            size=file.size,
        )
    )
    return file


def ready(session: Session, link: DownloadLink) -> DigitalFile:
    """The file that the link would hand over now. Raises NotDownloadableError."""
    line = link.line
    if line.order.state != OrderState.COMPLETED or not still_bought(line):
        raise NotDownloadableError("This was given back or refunded, so it can no longer be downloaded.")
    if not link.left:
        raise NotDownloadableError(_over(link))
    file = file_of(session, line.variant_id) if line.variant_id is not None else None
    if file is None:
        raise NotDownloadableError("The shop has taken this file away. Write to us, and we will help you.")
    return file


def _over(link: DownloadLink) -> str:
    if link.ends_at <= now():
        return "This link has ended. Ask for a new one on your order page."
    return f"This link was used {link.most} times, which is as often as it works. Ask for a new one on your order page."


def still_bought(line: LineItem) -> int:
    """Pieces that were paid and not refunded."""
    return max(line.kept - line.withdrawn, 0)


def downloadable(session: Session, line: LineItem) -> bool:
    """Whether this line is a file that its buyer may have."""
    owned = not line.requires_shipping and still_bought(line) > 0
    return owned and line.variant_id is not None and file_of(session, line.variant_id) is not None


def token_of(secret_key: str, link_id: int) -> str:
    """What stands in the link's address: signed, so that nobody can make one up."""
    return str(_signer(secret_key).dumps(link_id))


def link_with(session: Session, secret_key: str, token: str) -> DownloadLink | None:
    """The link of this token, ended or not."""
    try:
        link_id = _signer(secret_key).loads(token)
    except BadData:
        return None
    return session.get(DownloadLink, link_id) if isinstance(link_id, int) else None


def _signer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt="download")
