"""The rate of disputes: those that came in a time, of the payments of the same time, as card networks count it.

Stripe calls it dispute activity. An inquiry is no dispute, nor is one that was prevented; one that was won is.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from storefront.clock import now
from storefront.payments.dispute import Dispute, DisputeStatus
from storefront.payments.payment import Payment

RECENT = timedelta(days=30)
"""What the alarm looks at: a calendar month begins with too few payments to say anything."""
WHOLE = 100_000
LOOKED_AT = 250
"""Payments for each dispute that are counted at most where only a high rate matters: 0.4 % and less is all the same."""


class Level(IntEnum):
    """How bad a rate is. Stripe calls 0.75 % excessive; the networks' own limits are higher."""

    CALM = 0
    WARNING = 1
    ALARM = 2


LIMITS = {Level.ALARM: 750, Level.WARNING: 500}
"""Parts of WHOLE from which a level begins: 0.75 % and 0.5 %."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many disputes of so many payments."""

    disputes: int
    payments: int

    @property
    def parts(self) -> int | None:
        """Of WHOLE; None where nobody paid."""
        return share(self.disputes, self.payments)

    @property
    def level(self) -> Level:
        """Compared exactly, so that 0.4999 % is below 0.5 %."""
        return next((level for level in LIMITS if self.reaches(LIMITS[level])), Level.CALM)

    def reaches(self, limit: int) -> bool:
        """Whether it is at least `limit` parts of WHOLE. Disputes without any payment reach every limit."""
        return self.disputes > 0 and self.disputes * WHOLE >= limit * self.payments


def share(part: int, whole: int) -> int | None:
    """Parts of WHOLE, cut and not rounded, so that what is shown as a limit has reached it; None of nothing."""
    return part * WHOLE // whole if whole > 0 else None


def percent(parts: int | None) -> str:
    """`0.52 %` of parts of WHOLE, cut after two digits; a dash where there was nothing to divide by."""
    return "\N{EN DASH}" if parts is None else f"{parts * 10_000 // WHOLE / 100:.2f} %"


def counts(status: str) -> bool:
    """Whether a dispute of this status is one: a word that Stripe may invent later is."""
    return not status.startswith("warning_") and status != DisputeStatus.PREVENTED


def counted() -> ColumnElement[bool]:
    """The same as a condition."""
    return Dispute.status.not_like("warning\\_%", escape="\\") & (Dispute.status != DisputeStatus.PREVENTED)


def recent_rate(session: Session, *, exact: bool = True) -> Rate:
    """Of the last 30 days. Not `exact`: payments are counted only as far as a high rate needs it, however many there are."""
    since = now() - RECENT
    disputes = session.scalars(
        select(func.count()).select_from(Dispute).where(Dispute.opened_at >= since, counted())
    ).one()
    paid = select(Payment.paid_at).where(Payment.received > 0, Payment.paid_at >= since)
    some = paid.subquery() if exact else paid.limit(disputes * LOOKED_AT).subquery()
    return Rate(disputes, session.scalars(select(func.count()).select_from(some)).one())
