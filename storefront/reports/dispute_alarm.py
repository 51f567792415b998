"""The alarm of disputes: each time that their rate rises over a limit is a row, and one letter to everybody on the staff."""

from datetime import datetime

from sqlalchemy import Index, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.clock import now
from storefront.db import Base, UTCDateTime
from storefront.payments.alerting import write_to_staff
from storefront.reports.dispute_rate import LIMITS, WHOLE, Level, Rate, percent, recent_rate

BACK_BELOW = 9, 10
"""A limit counts as left when the rate is under nine tenths of it, so that one that hovers about it is told once."""
SHOWN = 10


class DisputeAlarm(Base):
    """`level`: which limit was crossed (1: warning, 2: alarm), and by `disputes` of `payments` in the 30 days before `began_at`."""

    __tablename__ = "dispute_alarms"

    id: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[int]
    disputes: Mapped[int]
    payments: Mapped[int]
    began_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (
        Index(
            "uq_dispute_alarms_open",
            "level",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    @property
    def rate(self) -> Rate:
        """As it was then."""
        return Rate(self.disputes, self.payments)


def crossings(session: Session) -> list[DisputeAlarm]:
    """The newest first, at most SHOWN."""
    return list(session.scalars(select(DisputeAlarm).order_by(DisputeAlarm.id.desc()).limit(SHOWN)))


def watch(session: Session) -> None:
    """Begin and end crossings. A letter for the highest limit that is newly crossed: a leap over both is told once."""
    rate = recent_rate(session, exact=False)
    running = {row.level: row for row in session.scalars(select(DisputeAlarm).where(DisputeAlarm.ended_at.is_(None)))}
    begun = []
    for level, limit in LIMITS.items():
        row = running.get(level)
        if row is None and rate.reaches(limit):
            begun.append(DisputeAlarm(level=level, disputes=rate.disputes, payments=rate.payments))
        elif row is not None and not rate.reaches(limit * BACK_BELOW[0] // BACK_BELOW[1]):
            row.ended_at = now()
    if not begun:
        return
    session.add_all(begun)
    session.flush()
    _write(session, max(begun, key=lambda row: row.level))


def _write(session: Session, row: DisputeAlarm) -> None:
    facts = {
        "alarm": row.level == Level.ALARM,
        "limit": f"{LIMITS[Level(row.level)] * 100 / WHOLE:g} %",
        "rate": percent(row.rate.parts) if row.payments else "",
        "disputes": row.disputes,
        "payments": row.payments,
    }
    write_to_staff(session, "dispute_rate", str(row.id), facts)
