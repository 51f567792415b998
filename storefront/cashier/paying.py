"""The way to Stripe's page: an order has at most one payable session, made under a command committed before the call."""

import logging
import time
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from storefront.cashier.buyers_customer import customer_command, customer_for
from storefront.cashier.commands import carry_out, claim_this
from storefront.cashier.gateway import GatewayError
from storefront.cashier.plan_prices import price_command, price_id
from storefront.cashier.session_parameters import parameters_of
from storefront.cashier.settling import NotYetError, settle
from storefront.cashier.till import Till
from storefront.orders.order import Order, OrderState, lock_order
from storefront.payments.command import CommandState, StripeCommand, Verb, command
from storefront.payments.opening import close, fits, new_payment
from storefront.payments.payment import PAYABLE, Payment, PaymentState, payable_of, payments_of

PATIENCE = 5.0
"""Seconds that a buyer waits for the page that another tab is opening."""
ROUNDS = 7
"""Price, customer, page; once more for a customer whom Stripe does not have; and the end of a page that no longer fits."""

log = logging.getLogger(__name__)


class Way(StrEnum):
    """Where the buyer goes: to Stripe's page, to the order page, or nowhere just now."""

    PAGE = "page"
    ORDER = "order"
    LATER = "later"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Direction:
    """`url`: of Stripe's page. `why`: Stripe's sentence where it refused. `mended`: another try may go well."""

    way: Way
    url: str = ""
    why: str = ""
    mended: bool = False


def direct(till: Till, order_id: int) -> Direction:
    """Where to send the buyer of this order: its open page if it still fits, else a new one."""
    mended = False
    for _ in range(ROUNDS):
        with till.sessions.begin() as session:
            order, payment = _locked(session, order_id)
            if order.state != OrderState.OPEN or _on_its_way(session, order):
                return Direction(Way.ORDER)
            asked = _next_command(till, session, order, payment)
        if asked is None and payment is not None:
            direction = _still_open(till, payment)
        elif asked is not None:
            direction = _after(till, asked)
        if direction is not None and (mended or not direction.mended):
            return direction
        mended = mended or direction is not None
    return Direction(Way.LATER)


def _locked(session: Session, order_id: int) -> tuple[Order, Payment | None]:
    return lock_order(session, order_id), payable_of(session, order_id)


def _on_its_way(session: Session, order: Order) -> bool:
    waiting = (PaymentState.PROCESSING, PaymentState.AUTHORIZED, PaymentState.SUCCEEDED)
    return any(payment.state in waiting for payment in payments_of(session, order.id))


def _next_command(till: Till, session: Session, order: Order, payment: Payment | None) -> StripeCommand | None:
    """The command that must be answered first, committed with this transaction; None if the page is there."""
    if payment is None:
        price = price_command(session, order, till.settings.store_id)
        if price is not None and price.state != CommandState.DONE:
            return price
        customer = customer_command(session, order, till.settings.store_id)
        if customer is not None and customer.state == CommandState.PENDING:
            return customer
        payment = new_payment(session, order)
        parameters = parameters_of(order, payment, till.settings, price_id(price), customer_for(session, order))
        return command(session, Verb.OPEN_SESSION, payment.reference, parameters, payment.id)
    if payment.state == PaymentState.REQUESTED:
        return command(session, Verb.OPEN_SESSION, payment.reference, {}, payment.id)
    return None if fits(payment, order) else close(session, payment)


def _still_open(till: Till, payment: Payment) -> Direction | None:
    """The page of an open payment, after asking Stripe whether it still is; None to look again."""
    try:
        settle(till, payment.id)
    except (GatewayError, NotYetError):
        return Direction(Way.PAGE, payment.page_url)
    with till.sessions() as session:
        fresh = session.get_one(Payment, payment.id)
    return Direction(Way.PAGE, fresh.page_url) if fresh.state == PaymentState.OPEN else None


def _after(till: Till, asked: StripeCommand) -> Direction | None:
    """The direction once `asked` is answered; None to look at the order again."""
    mine = claim_this(till, asked.id)
    if mine is not None:
        carry_out(till, mine)
    answered = _answer(till, asked.id, wait=mine is None)
    if answered.state == CommandState.PENDING:
        return Direction(Way.LATER)
    if answered.verb == Verb.EXPIRE_SESSION:
        _settle_closed(till, answered)
        return None
    if answered.verb == Verb.MAKE_CUSTOMER or (
        answered.verb == Verb.MAKE_PRICE and answered.state == CommandState.DONE
    ):
        return None
    if answered.state != CommandState.DONE:
        gone = "customer_gone" in (answered.response or {})
        return Direction(Way.REFUSED, why=answered.last_error, mended=gone)
    with till.sessions() as session:
        payment = session.get_one(Payment, answered.payment_id)
    return Direction(Way.PAGE, payment.page_url) if payment.state in PAYABLE and payment.page_url else None


def _settle_closed(till: Till, closed: StripeCommand) -> None:
    """Closed, or paid a moment before: only Stripe knows which."""
    if closed.payment_id is None:
        return
    try:
        settle(till, closed.payment_id)
    except GatewayError as error:
        log.warning("payment %s could not be read after closing its page: %s", closed.reference, error)


def _answer(till: Till, command_id: int, *, wait: bool) -> StripeCommand:
    end = time.monotonic() + (PATIENCE if wait else 0)
    while True:
        with till.sessions() as session:
            row = session.get_one(StripeCommand, command_id)
        if row.state != CommandState.PENDING or time.monotonic() >= end:
            return row
        time.sleep(0.05)
