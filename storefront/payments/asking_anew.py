"""Asking anew: the buyer is mailed a link to pay what a lapsed hold, or a capture of a part, left unpaid."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.orders.order import LineItem, Order, OrderState, new_reference
from storefront.orders.timeline import tell
from storefront.outbox.letter import queue
from storefront.payments.allocation import wanted_of
from storefront.payments.payment import Payment, PaymentState, payments_of
from storefront.payments.payment_link import PaymentLink, link_of
from storefront.stock import hold


class NotAskableError(Exception):
    """The buyer cannot be asked to pay; the message is a sentence for the merchant."""


def ask(session: Session, order: Order, by: str) -> Order:
    """Mail the buyer of the locked order a link to pay it, or what was left out of it. `by`: the staff member's name.

    Returns the order that is to be paid: the same one, open again, or a new one with the pieces that were left out.
    Its stock is held until the link ends. Asked again while the link lives, nothing changes. Raises NotAskableError.
    """
    if not order.email:
        raise NotAskableError("No e-mail address of this order's buyer is known, so nobody can be asked.")
    if order.state == OrderState.OPEN and _live(session, order):
        return order
    if lapsed(session, order):
        return _reopen(session, order, by)
    waiting = next((one for one in continuations(session, order) if one.state == OrderState.OPEN), None)
    if waiting is not None:
        return waiting
    pieces = unpaid_pieces(session, order)
    if not pieces:
        raise NotAskableError("Nothing of this order waits to be paid by its buyer.")
    return _continue(session, order, pieces, by)


@dataclass(frozen=True, slots=True)
class Asking:
    """`first`: the order whose left-out pieces this one is for. `rest`: those for this one's. `askable`: its buyer can be asked now."""

    first: Order | None
    rest: list[Order]
    link: PaymentLink | None
    askable: bool


def asking_of(session: Session, order: Order) -> Asking:
    """How it stands with paying anew."""
    first = session.get(Order, order.continues_id) if order.continues_id else None
    askable = bool(order.email) and (lapsed(session, order) or bool(unpaid_pieces(session, order)))
    return Asking(first, continuations(session, order), link_of(session, order.id), askable)


def lapsed(session: Session, order: Order) -> bool:
    """Whether the order ended because the buyer's money was held and not taken, or on its way and did not come."""
    if order.state != OrderState.EXPIRED or order.plan_line is not None:
        return False
    return any(_fell_through(payment) for payment in payments_of(session, order.id))


def _fell_through(payment: Payment) -> bool:
    held = payment.state == PaymentState.CANCELED and payment.capture_before is not None
    return not payment.release_reason and (held or (payment.state == PaymentState.FAILED and bool(payment.intent_id)))


def continuations(session: Session, order: Order) -> list[Order]:
    """The orders by which its left-out pieces were to be paid, oldest first."""
    return list(session.scalars(select(Order).where(Order.continues_id == order.id).order_by(Order.id)))


def unpaid_pieces(session: Session, order: Order) -> dict[int, int]:
    """Pieces by the line's position that were left out of the paid order, and that no other order has taken over."""
    if order.state != OrderState.COMPLETED:
        return {}
    taken_over: Counter[int] = Counter()
    for one in continuations(session, order):
        if one.state in (OrderState.OPEN, OrderState.COMPLETED):
            for line in one.lines:
                taken_over[line.position] += line.kept
    left = {line.position: line.left_out - taken_over[line.position] for line in order.lines if line.variant_id}
    return {position: pieces for position, pieces in left.items() if pieces > 0}


def _live(session: Session, order: Order) -> bool:
    link = link_of(session, order.id)
    return link is not None and link.live


def _reopen(session: Session, order: Order, by: str) -> Order:
    for line in order.lines:
        line.left_out = 0
    _hold(session, order)
    link = _link(session, order, by)
    order.reopen(link.until, cart_id=f"asked-{order.reference}-{link.number}")
    said = f"Asked by letter for the payment once more, until {link.until:%d %B %Y}. The stock is kept until then."
    tell(session, order.id, f"asked:{link.number}", said, by)
    queue(session, "pay_again", f"{order.number}:{link.number}", order.email, order_id=order.id, facts=_facts(link))
    return order


def _continue(session: Session, order: Order, pieces: dict[int, int], by: str) -> Order:
    rest = _rest_of(order, pieces)
    session.add(rest)
    session.flush()
    _hold(session, rest)
    link = _link(session, rest, by)
    rest.expires_at = link.until
    named = ", ".join(f"{line.quantity} \N{MULTIPLICATION SIGN} {line.name}" for line in rest.lines)
    tell(
        session,
        order.id,
        f"continued:{rest.number}",
        f"What was left out can be paid by order {rest.number}: {named}.",
        by,
    )
    tell(session, rest.id, "placed", f"Left out of order {order.number}: {named}.", by)
    facts = _facts(link) | {"first": order.number}
    queue(session, "pay_again", f"{rest.number}:{link.number}", rest.email, order_id=rest.id, facts=facts)
    return rest


def _rest_of(order: Order, pieces: dict[int, int]) -> Order:
    """Shipping was paid with the order itself, so that of the rest costs nothing."""
    lines = [_copy(line, pieces[line.position]) for line in order.lines if line.position in pieces]
    subtotal = sum(line.subtotal for line in lines)
    chosen = next((offer for offer in order.offers if offer["name"] == order.shipping_name), None)
    ships = chosen is not None and any(line.requires_shipping for line in lines)
    return Order(
        cart_id=f"rest-{new_reference()}",
        continues_id=order.id,
        capture_policy=order.capture_policy,
        email=order.email,
        name=order.name,
        phone=order.phone,
        address=order.address,
        country=order.country if ships else "",
        offers=[{**chosen, "amount": 0}] if chosen and ships else [],
        shipping_name=order.shipping_name if ships else "",
        currency=order.currency,
        subtotal=subtotal,
        total=subtotal,
        ip=order.ip,
        user_agent=order.user_agent,
        terms_version=order.terms_version,
        refunds_version=order.refunds_version,
        lines=lines,
    )


def _copy(line: LineItem, pieces: int) -> LineItem:
    same = ("position", "variant_id", "handle", "title", "variant_title", "sku", "media_hash", "unit_amount")
    return LineItem(
        quantity=pieces, requires_shipping=line.requires_shipping, **{name: getattr(line, name) for name in same}
    )


def _link(session: Session, order: Order, by: str) -> PaymentLink:
    last = link_of(session, order.id)
    payments = payments_of(session, order.id)
    link = PaymentLink(
        order_id=order.id,
        after_payment_id=payments[-1].id if payments else None,
        number=1 + (last.number if last else 0),
        by=by,
    )
    session.add(link)
    session.flush()
    return link


def _hold(session: Session, order: Order) -> None:
    try:
        hold.hold(session, order.id, wanted_of(order))
    except hold.ShortError as short:
        names = {line.variant_id: line.name for line in order.lines}
        lacking = "; ".join(
            f"of {names[one.variant_id]}, {one.available} of {one.wanted} are there" for one in short.shortages
        )
        raise NotAskableError(
            f"There is too little in stock: {lacking}. Nobody was asked; count the shelf first."
        ) from short


def _facts(link: PaymentLink) -> dict[str, str]:
    return {"first": "", "until": f"{link.until:%d %B %Y, %H:%M} UTC"}
