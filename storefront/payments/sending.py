"""Sending a parcel: of a paid order at once, of a reserved one after its pieces were paid."""

from sqlalchemy.orm import Session

from storefront.orders.fulfilling import packed, ship
from storefront.orders.order import Order, OrderState
from storefront.payments.allocation import amount_due, keep_only
from storefront.payments.capture import Capture, NotCapturableError, ask, capture_of, held_payment


def send(
    session: Session, order: Order, pieces: dict[int, int], *, key: str, carrier: str, tracking_number: str, by: str
) -> None:
    """One parcel of `pieces` by line id; the same `key` again is the same parcel. The order is locked by the caller.

    Where the money waits on the card for the first parcel, this parcel's lines are captured first and all others are
    left out, because Stripe allows one capture. Raises orders.fulfilling.NotShippableError or NotCapturableError.
    """
    payment = held_payment(session, order)
    if order.capture_policy != "on_shipping" or order.state != OrderState.OPEN or payment is None:
        ship(session, order, pieces, key=key, carrier=carrier, tracking_number=tracking_number, by=by)
        return
    asked = capture_of(session, payment.id)
    if asked is not None and asked.parcel.get("key") == key:
        return
    if asked is not None:
        raise NotCapturableError("The money for a parcel of this order is being taken already.")
    going = {line.id: count for line, count in packed(session, order, pieces)}
    parcel = {
        "pieces": {str(line_id): count for line_id, count in going.items()},
        "key": key,
        "carrier": carrier,
        "tracking_number": tracking_number,
    }
    keep_only(session, order, going)
    ask(session, order, amount_due(order), by, parcel)


def send_waiting(session: Session, order: Order, capture: Capture | None) -> None:
    """The parcel whose money has come. A capture without one changes nothing."""
    if capture is not None and capture.parcel:
        pieces = {int(line_id): count for line_id, count in capture.parcel["pieces"].items()}
        rest = {name: capture.parcel[name] for name in ("key", "carrier", "tracking_number")}
        ship(session, order, pieces, by=capture.by, **rest)
