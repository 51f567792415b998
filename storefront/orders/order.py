"""An order and its lines."""

import hashlib
import json
import secrets
import string
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from storefront.catalog.plan import Terms
from storefront.clock import now
from storefront.db import Base, UTCDateTime
from storefront.money import Money

_ALPHABET = "".join(sorted({*string.digits, *string.ascii_uppercase} - {*"01IO"}))


class OrderState(StrEnum):
    """Whether the sale came about. What was paid, sent, refunded or disputed are rows of their own."""

    OPEN = "open"
    COMPLETED = "completed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


LEGAL = {
    OrderState.OPEN: {OrderState.COMPLETED, OrderState.EXPIRED, OrderState.CANCELLED},
    OrderState.EXPIRED: {OrderState.COMPLETED, OrderState.OPEN},
    OrderState.CANCELLED: {OrderState.COMPLETED},
    OrderState.COMPLETED: {OrderState.CANCELLED},
}
"""Expired and cancelled can still complete: when Stripe says that it is paid, it is paid. Expired is opened by a new link."""


class IllegalMoveError(Exception):
    """The order cannot go there from where it is."""


def new_number() -> str:
    """Eight characters without look-alikes, as `K7Q2-M9XD`: short enough to be read out, too many to be guessed."""
    letters = [secrets.choice(_ALPHABET) for _ in range(8)]
    return "".join(letters[:4]) + "-" + "".join(letters[4:])


def new_reference() -> str:
    """128 random bits: whoever has it may see the order."""
    return secrets.token_urlsafe(16)


class Order(Base):
    """Amounts: minor units of `currency`; `tax` is what Stripe says is in or on top of the total.

    `number`: for people. `reference`: the secret in the buyer's link. `cart_id`: unique among open orders, so that a
    double click meets the same order. `expires_at`: when an open order without a payment page ends; None once there
    is one.
    `visitor_id`: the buyer who was signed in at checkout, whose page at Stripe knows them. `buyer_id`: whose it is, once
    money is on its way: the visitor's, else of whoever proves to read mail at the address.
    `attention`: why a merchant must look, in a sentence, empty mostly. `address`: as Stripe's shipping details.
    `offers`: the shipping rates that the buyer may take, the chosen one first: `name`, `amount`, `min_days`,
    `max_days`; empty where nothing is shipped.
    `shipped`, `to_ship`: pieces that went out, and pieces that must still go; counted anew from the parcels' rows by
    orders.fulfilling.recount. `continues_id`: of the order whose left-out pieces this one is for.
    `erased_at`: when the buyer was erased; what Stripe says of who they are is not copied any more.
    """

    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True, default=new_number)
    reference: Mapped[str] = mapped_column(unique=True, default=new_reference)
    cart_id: Mapped[str]
    state: Mapped[str] = mapped_column(default=OrderState.OPEN)
    capture_policy: Mapped[str]
    attention: Mapped[str] = mapped_column(default="")
    buyer_id: Mapped[int | None] = mapped_column(ForeignKey("buyers.id"), index=True)
    continues_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    visitor_id: Mapped[int | None] = mapped_column(ForeignKey("buyers.id"))
    email: Mapped[str] = mapped_column(default="")
    name: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    address: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    country: Mapped[str]
    offers: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    shipping_name: Mapped[str] = mapped_column(default="")
    currency: Mapped[str]
    subtotal: Mapped[int]
    shipping: Mapped[int] = mapped_column(default=0)
    discount: Mapped[int] = mapped_column(default=0)
    tax: Mapped[int] = mapped_column(default=0)
    total: Mapped[int]
    shipped: Mapped[int] = mapped_column(default=0)
    to_ship: Mapped[int] = mapped_column(default=0)
    ip: Mapped[str] = mapped_column(default="")
    user_agent: Mapped[str] = mapped_column(default="")
    terms_version: Mapped[str] = mapped_column(default="")
    refunds_version: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now, onupdate=now)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    lines: Mapped[list["LineItem"]] = relationship(
        back_populates="order", order_by="LineItem.position", cascade="all, delete-orphan"
    )

    __table_args__ = (
        Index(
            "uq_orders_open_cart",
            "cart_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_orders_cart", "cart_id"),
        Index("ix_orders_state", "state", "id"),
        Index("ix_orders_email", "email"),
        Index("ix_orders_buyer_paid", "buyer_id", "completed_at"),
        Index("ix_orders_to_ship", "id", sqlite_where=text("to_ship > 0"), postgresql_where=text("to_ship > 0")),
        Index(
            "ix_orders_attention", "id", sqlite_where=text("attention <> ''"), postgresql_where=text("attention <> ''")
        ),
        Index(
            "ix_orders_expiring",
            "expires_at",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    def money(self, amount: int) -> Money:
        """`amount` in the order's currency."""
        return Money(amount, self.currency)

    @property
    def plan_line(self) -> "LineItem | None":
        """The line that a subscription begins with, if one does."""
        return next((line for line in self.lines if line.plan), None)

    @property
    def tax_included(self) -> bool:
        """Whether the prices held the tax already, so that it is named beside the total and not added to it."""
        return self.total == self.subtotal + self.shipping - self.discount

    @property
    def fulfilment(self) -> str:
        """unshipped, partly or shipped; empty where there is nothing to send, or not yet."""
        if self.to_ship:
            return "partly" if self.shipped else "unshipped"
        return "shipped" if self.shipped else ""

    @property
    def lines_hash(self) -> str:
        """SHA-256 over what a payment page must show: currency, country, lines and shipping offers, and to whom."""
        shown = [
            self.currency,
            self.country,
            [
                [line.variant_id, line.title, line.variant_title, line.unit_amount, line.quantity]
                + ([line.plan] if line.plan else [])
                for line in self.lines
            ],
            self.offers,
            *([self.visitor_id] if self.visitor_id is not None else []),
        ]
        return hashlib.sha256(json.dumps(shown, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    def _go(self, state: OrderState) -> None:
        if state not in LEGAL[OrderState(self.state)]:
            raise IllegalMoveError(f"order {self.number} cannot go from {self.state} to {state}")
        self.state = state
        self.expires_at = None
        self.to_ship = 0

    def complete(self, at: datetime) -> None:
        """It is paid. Raises IllegalMoveError."""
        self._go(OrderState.COMPLETED)
        self.completed_at = at

    def expire(self) -> None:
        """Nobody paid in time. Raises IllegalMoveError."""
        self._go(OrderState.EXPIRED)

    def reopen(self, until: datetime, cart_id: str) -> None:
        """It may be paid until then. `cart_id`: of no cart, so that no checkout changes it. Raises IllegalMoveError."""
        self._go(OrderState.OPEN)
        self.expires_at, self.cart_id = until, cart_id

    def cancel(self) -> None:
        """Somebody called it off. Raises IllegalMoveError."""
        self._go(OrderState.CANCELLED)


class LineItem(Base):
    """What was bought, frozen at checkout. Amounts: minor units, for all `quantity` pieces, `unit_amount` for one.

    `left_out`: pieces that could not be sent and were never charged. `withdrawn`: pieces refunded before they were sent.
    `plan`: the terms of a subscription that begins with this line (catalog.plan.Terms, and `price`: minor units of one
    piece each time), else empty. In a trial `unit_amount` is 0.
    """

    __tablename__ = "line_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    variant_id: Mapped[int | None] = mapped_column(ForeignKey("variants.id", ondelete="SET NULL"), index=True)
    handle: Mapped[str]
    title: Mapped[str]
    variant_title: Mapped[str] = mapped_column(default="")
    sku: Mapped[str] = mapped_column(default="")
    media_hash: Mapped[str] = mapped_column(default="")
    unit_amount: Mapped[int]
    quantity: Mapped[int]
    discount: Mapped[int] = mapped_column(default=0)
    tax: Mapped[int] = mapped_column(default=0)
    requires_shipping: Mapped[bool] = mapped_column(default=True)
    left_out: Mapped[int] = mapped_column(default=0)
    withdrawn: Mapped[int] = mapped_column(default=0)
    plan: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    order: Mapped[Order] = relationship(back_populates="lines")

    @property
    def subtotal(self) -> int:
        """Minor units before discount."""
        return self.unit_amount * self.quantity

    @property
    def begins_free(self) -> bool:
        """Whether it is a plan with a trial: nothing is taken off the shelf for it yet."""
        return bool(self.plan) and self.plan["trial_days"] > 0

    @property
    def every(self) -> str:
        """How often a plan is paid for; empty for what is paid once."""
        return Terms(self.plan["interval"], self.plan["count"]).every if self.plan else ""

    @property
    def kept(self) -> int:
        """Pieces that are charged."""
        return self.quantity - self.left_out

    @property
    def name(self) -> str:
        """Product and variant, as in a sentence."""
        return f"{self.title} ({self.variant_title})" if self.variant_title else self.title


def lock_order(session: Session, order_id: int) -> Order:
    """The order, read anew and locked until the transaction ends."""
    return session.scalars(
        select(Order).where(Order.id == order_id).with_for_update().execution_options(populate_existing=True)
    ).one()


def order_by_reference(session: Session, reference: str) -> Order | None:
    """The order whose secret this is."""
    return session.scalar(select(Order).where(Order.reference == reference))
