"""The ledger: every movement of money, signed, once."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.clock import now
from storefront.db import Base, UTCDateTime


class EntryKind(StrEnum):
    """What moved the money. refund_failure: it came back, after the refund had been entered.

    dispute: pulled for a dispute. dispute_reversal: given back. dispute_fee: what Stripe charges for it, in the
    account's currency; negative amounts, as all that the store pays.
    """

    CHARGE = "charge"
    REFUND = "refund"
    REFUND_FAILURE = "refund_failure"
    DISPUTE = "dispute"
    DISPUTE_REVERSAL = "dispute_reversal"
    DISPUTE_FEE = "dispute_fee"


class LedgerEntry(Base):
    """`amount`: minor units of `currency`, positive when the store receives. `balance_transaction`: Stripe's, once known."""

    __tablename__ = "ledger"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    stripe_id: Mapped[str]
    sequence: Mapped[int] = mapped_column(default=0)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    amount: Mapped[int]
    currency: Mapped[str]
    balance_transaction: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    __table_args__ = (UniqueConstraint("kind", "stripe_id", "sequence"), Index("ix_ledger_at", "at"))


def enter(
    session: Session,
    kind: EntryKind,
    stripe_id: str,
    amount: int,
    currency: str,
    order_id: int,
    *,
    sequence: int = 0,
    balance_transaction: str = "",
) -> bool:
    """Write an entry once. A later call only adds the balance transaction. Returns whether it was new."""
    known = session.scalar(
        select(LedgerEntry).where(
            LedgerEntry.kind == kind, LedgerEntry.stripe_id == stripe_id, LedgerEntry.sequence == sequence
        )
    )
    if known is not None:
        known.balance_transaction = known.balance_transaction or balance_transaction
        return False
    session.add(
        LedgerEntry(
            kind=kind, stripe_id=stripe_id, sequence=sequence, order_id=order_id, amount=amount, currency=currency,
            balance_transaction=balance_transaction,
        )
    )  # fmt: skip
    return True


def balance_of(session: Session, order_id: int, *kinds: EntryKind) -> int:
    """Minor units: the sum of the order's entries of these kinds, of all where none is named."""
    statement = select(func.coalesce(func.sum(LedgerEntry.amount), 0)).where(LedgerEntry.order_id == order_id)
    if kinds:
        statement = statement.where(LedgerEntry.kind.in_(kinds))
    return session.scalars(statement).one()
