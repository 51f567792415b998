"""What Stripe says of a payment, read whole at one moment and stripped to what the shop decides by."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

SessionStatus = Literal["open", "complete", "expired"]


@dataclass(frozen=True, slots=True)
class LineFact:
    """`unit_amount`: minor units of one piece."""

    unit_amount: int
    quantity: int


@dataclass(frozen=True, slots=True)
class IntentFacts:
    """The session's PaymentIntent with its latest charge. Amounts: minor units. `paid_at`: when the charge was made."""

    id: str
    status: str
    capturable: int = 0
    received: int = 0
    cancellation_reason: str = ""
    decline: str = ""
    charge_id: str = ""
    charge_failed: bool = False
    paid_at: datetime | None = None
    capture_before: datetime | None = None
    balance_transaction: str = ""
    card_brand: str = ""
    card_last4: str = ""
    card_fingerprint: str = ""
    descriptor: str = ""
    checks: dict[str, Any] = field(default_factory=dict)
    under_review: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """The Checkout Session. Amounts: minor units of `currency`. `shipping_name`: of the rate that was chosen.

    `subscription`: Stripe's id of the one that it began; its `intent` is then that of the first invoice.
    """

    session_id: str
    status: SessionStatus
    payment_status: str
    url: str
    currency: str
    subtotal: int
    discount: int
    shipping: int
    shipping_name: str
    tax: int
    total: int
    lines: tuple[LineFact, ...]
    email: str = ""
    name: str = ""
    phone: str = ""
    address: dict[str, Any] = field(default_factory=dict)
    customer: str = ""
    subscription: str = ""
    intent: IntentFacts | None = None

    @property
    def free(self) -> bool:
        """Complete without anything to pay: Stripe calls a trial with nothing beside it one or the other."""
        paid_nothing = self.payment_status == "paid" and self.total == 0 and self.intent is None
        return self.status == "complete" and (self.payment_status == "no_payment_required" or paid_nothing)
