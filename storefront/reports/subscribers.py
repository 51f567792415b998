"""Finding subscriptions: whose payments fail first, then newest first, page by page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, literal_column, or_, select
from sqlalchemy.orm import Session, selectinload

from storefront.buyers.buyer import Buyer
from storefront.clock import now
from storefront.subscriptions.subscription import Status, Subscription

PAGE = 50
LATE = (Status.PAST_DUE, Status.UNPAID)
ENDED = (Status.CANCELED, Status.INCOMPLETE_EXPIRED)
_RANK = case((Subscription.status.in_(LATE), 0), else_=1)
_CURSOR = re.compile(r"([01])\.([0-9]{1,15})")
_ENDING = or_(Subscription.cancel_at.is_not(None), Subscription.cancel_at_period_end.is_(True))

FILTERS: Mapping[str, tuple[str, ColumnElement[bool] | None]] = {
    "all": ("All", None),
    "late": ("Payment failing", Subscription.status.in_(LATE)),
    "attention": ("Needs a look", Subscription.attention != literal_column("''")),
    "active": ("Active", Subscription.status == Status.ACTIVE),
    "trialing": ("In trial", Subscription.status == Status.TRIALING),
    "ending": ("Will end", and_(_ENDING, Subscription.status.not_in(ENDED))),
    "paused": ("Paused", or_(Subscription.status == Status.PAUSED, Subscription.pause != literal_column("''"))),
    "ended": ("Ended", Subscription.status.in_(ENDED)),
}
"""By the word in the address: what it is called, and which it shows."""


@dataclass(frozen=True, slots=True)
class Found:
    """One page. `after`: where the next one goes on, None at the end."""

    rows: list[Subscription]
    after: str | None


def find(session: Session, *, which: str = "all", text: str = "", after: str = "") -> Found:
    """Subscriptions of the filter `which`; of a buyer, where `text` is an e-mail address or a subscription's id."""
    wanted = select(Subscription).options(selectinload(Subscription.items)).order_by(_RANK, Subscription.id.desc())
    condition = FILTERS[which][1]
    if condition is not None:
        wanted = wanted.where(condition)
    if text:
        buyer = select(Buyer.id).where(Buyer.email == text.casefold()).scalar_subquery()
        wanted = wanted.where(
            or_(Subscription.stripe_id == text, Subscription.email == text, Subscription.buyer_id == buyer)
        )
    match = _CURSOR.fullmatch(after)
    if match is not None:
        older = Subscription.id < int(match[2])
        calm = Subscription.status.not_in(LATE)
        wanted = wanted.where(or_(calm, older) if match[1] == "0" else and_(calm, older))
    rows = list(session.scalars(wanted.limit(PAGE + 1)))
    if len(rows) <= PAGE:
        return Found(rows, None)
    last_row = rows[PAGE - 1]
    return Found(rows[:PAGE], f"{0 if last_row.status in LATE else 1}.{last_row.id}")


def late_count(session: Session, most: int) -> int:
    """How many have a payment that fails, at most so many are counted."""
    return len(session.scalars(select(Subscription.id).where(Subscription.status.in_(LATE)).limit(most)).all())


def overdue_since(row: Subscription) -> int | None:
    """Whole days since the payment began to fail; None where it does not."""
    return (now() - row.late_since).days if row.late_since else None
