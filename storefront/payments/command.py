"""A command to Stripe: committed before the call with its key and parameters, kept with its answer."""

import hashlib
import json
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.clock import now
from storefront.db import Base, UTCDateTime
from storefront.work import Work


class Verb(StrEnum):
    """What Stripe is asked to do."""

    OPEN_SESSION = "open_session"
    EXPIRE_SESSION = "expire_session"
    CAPTURE = "capture"
    RELEASE = "release"
    REFUND = "refund"
    MAKE_PRICE = "make_price"
    MAKE_CUSTOMER = "make_customer"
    DELETE_CUSTOMER = "delete_customer"
    UPDATE_SUBSCRIPTION = "update_subscription"
    CANCEL_SUBSCRIPTION = "cancel_subscription"
    RESUME_SUBSCRIPTION = "resume_subscription"
    UPLOAD_EVIDENCE = "upload_evidence"
    STAGE_EVIDENCE = "stage_evidence"
    SUBMIT_EVIDENCE = "submit_evidence"
    ACCEPT_DISPUTE = "accept_dispute"


class CommandState(StrEnum):
    """refused: Stripe said no for good. failed: parked, a person must look."""

    PENDING = "pending"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


class StripeCommand(Work, Base):
    """`verb` and `reference` (of our row) are the business key. `attempt`: counts the idempotency keys that were needed.

    `parameters`: as they are sent. `response`: Stripe's answer, whole.
    """

    __tablename__ = "stripe_commands"

    id: Mapped[int] = mapped_column(primary_key=True)
    verb: Mapped[str]
    reference: Mapped[str]
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"), index=True)
    attempt: Mapped[int] = mapped_column(default=1)
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON)
    parameters_hash: Mapped[str]
    state: Mapped[str] = mapped_column(default=CommandState.PENDING)
    response: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    keyed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (
        UniqueConstraint("verb", "reference"),
        Index(
            "ix_stripe_commands_due",
            "next_try",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        Index(
            "ix_stripe_commands_failed",
            "id",
            sqlite_where=text("state = 'failed'"),
            postgresql_where=text("state = 'failed'"),
        ),
    )

    @property
    def idempotency_key(self) -> str:
        """Never random, never from an amount: the same until a new attempt is decided on."""
        return f"{self.verb}_{self.reference}_attempt_{self.attempt}"

    def again(self, parameters: dict[str, Any] | None = None) -> None:
        """A new attempt under a new key, once it is known that the last one had no effect."""
        self.attempt += 1
        if parameters is not None:
            self.parameters, self.parameters_hash = parameters, hash_of(parameters)
        self.keyed_at = now()

    def once_more(self, parameters: dict[str, Any]) -> None:
        """What it had made is gone from Stripe: make another, under a new key."""
        self.again(parameters)
        self.state, self.response, self.answered_at = CommandState.PENDING, None, None
        self.due_now()

    def answer(self, state: CommandState, response: dict[str, Any] | None) -> None:
        """It is over."""
        self.state, self.response, self.answered_at = state, response, now()
        self.done_with()

    def give_up(self) -> None:
        """We cannot carry it out; a person must look."""
        self.state = CommandState.FAILED


def hash_of(parameters: dict[str, Any]) -> str:
    """SHA-256 of the parameters in one fixed spelling."""
    return hashlib.sha256(json.dumps(parameters, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def command(
    session: Session, verb: Verb, reference: str, parameters: dict[str, Any], payment_id: int | None
) -> StripeCommand:
    """The command for this business key: the one that exists, whatever its parameters, or a new one."""
    existing = session.scalar(
        select(StripeCommand).where(StripeCommand.verb == verb, StripeCommand.reference == reference)
    )
    if existing is not None:
        return existing
    row = StripeCommand(
        verb=verb,
        reference=reference,
        parameters=parameters,
        parameters_hash=hash_of(parameters),
        payment_id=payment_id,
    )
    session.add(row)
    session.flush()
    return row
