"""Fulfilling: what was paid goes out in one parcel or several, and its buyer is told of each."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront.orders.fulfilment import Fulfilment, FulfilmentLine
from storefront.orders.order import LineItem, Order, OrderState
from storefront.orders.timeline import tell
from storefront.outbox.letter import queue


class NotShippableError(Exception):
    """The parcel cannot go out like this; the message is a sentence."""


def shipped_pieces(session: Session, order_id: int) -> Counter[int]:
    """Pieces by line id that have gone out."""
    rows = session.execute(
        select(FulfilmentLine.line_id, FulfilmentLine.quantity).join(
            Fulfilment, Fulfilment.id == FulfilmentLine.fulfilment_id
        ).where(Fulfilment.order_id == order_id)
    )  # fmt: skip
    counted: Counter[int] = Counter()
    for line_id, quantity in rows:
        counted[line_id] += quantity
    return counted


def still_to_ship(session: Session, order: Order) -> dict[int, int]:
    """Pieces by line id that must still go out: neither left out, nor refunded before they went, nor gone already."""
    gone = shipped_pieces(session, order.id)
    return {
        line.id: max(line.kept - line.withdrawn - gone[line.id], 0) for line in order.lines if line.requires_shipping
    }


def recount(session: Session, order: Order, *, reserved: bool = False) -> None:
    """Write to the order what its rows come to. Whoever changes parcels, left-out or withdrawn pieces calls this.

    `reserved`: its money is held on the card until the first parcel goes out.
    """
    session.flush()
    order.shipped = sum(shipped_pieces(session, order.id).values())
    order.to_ship = (
        sum(still_to_ship(session, order).values()) if reserved or order.state == OrderState.COMPLETED else 0
    )


def withdraw(session: Session, order: Order, refunded: Mapping[int, int]) -> None:
    """Let refunded pieces stay in the house. `refunded`: by line id, all that was ever refunded and not put right again."""
    gone = shipped_pieces(session, order.id)
    for line in order.lines:
        line.withdrawn = min(refunded.get(line.id, 0), max(line.kept - gone[line.id], 0))
    recount(session, order)


def ship(
    session: Session, order: Order, wanted: Mapping[int, int], *, key: str, carrier: str, tracking_number: str, by: str
) -> Fulfilment:
    """One parcel of `wanted` (pieces by line id) of a paid order, locked by the caller; the same `key` again is the same parcel.

    Raises NotShippableError where it is not paid, nothing is named, or more than is still to be sent.
    """
    known = session.scalar(select(Fulfilment).where(Fulfilment.order_id == order.id, Fulfilment.key == key))
    if known is not None:
        return known
    if order.state != OrderState.COMPLETED:
        raise NotShippableError("Nothing may be sent before it is paid, and this order is not.")
    contained = packed(session, order, wanted)
    parcel = Fulfilment(
        order_id=order.id,
        number=1 + (session.scalar(select(func.max(Fulfilment.number)).where(Fulfilment.order_id == order.id)) or 0),
        key=key,
        carrier=carrier,
        tracking_number=tracking_number,
        by=by,
        lines=[FulfilmentLine(line=line, quantity=pieces) for line, pieces in contained],
    )
    session.add(parcel)
    recount(session, order)
    _tell(session, order, parcel)
    return parcel


def packed(session: Session, order: Order, wanted: Mapping[int, int]) -> list[tuple[LineItem, int]]:
    """Lines and pieces of a parcel that may go out. Raises NotShippableError."""
    left = still_to_ship(session, order)
    found = [(line, wanted[line.id]) for line in order.lines if wanted.get(line.id)]
    if not found or {line_id for line_id, pieces in wanted.items() if pieces} - {line.id for line, _ in found}:
        raise NotShippableError("Say how many pieces of which line are in the parcel.")
    for line, pieces in found:
        if not 0 < pieces <= left.get(line.id, 0):
            raise NotShippableError(
                f"Of {line.name}, {left.get(line.id, 0)} can still be sent, not {pieces}. Perhaps a colleague was faster."
            )
    return found


def _tell(session: Session, order: Order, parcel: Fulfilment) -> None:
    said = f"Parcel {parcel.number} was sent: {contents(parcel)}{_way(parcel)}."
    tell(session, order.id, f"shipped:{parcel.number}", said, parcel.by)
    if order.email:
        facts = {
            "parcel": parcel.number,
            "carrier": parcel.carrier,
            "tracking_number": parcel.tracking_number,
            "tracking_url": parcel.tracking_url,
            "lines": [{"name": entry.line.name, "quantity": entry.quantity} for entry in parcel.lines],
            "to_ship": order.to_ship,
        }
        queue(session, "shipped", f"{order.number}-{parcel.number}", order.email, order_id=order.id, facts=facts)


def contents(parcel: Fulfilment) -> str:
    """What is in it, as in a sentence."""
    return ", ".join(f"{entry.quantity} \N{MULTIPLICATION SIGN} {entry.line.name}" for entry in parcel.lines)


def _way(parcel: Fulfilment) -> str:
    number = f"number {parcel.tracking_number}" if parcel.tracking_number else ""
    return "".join(f", {part}" for part in (f"with {parcel.carrier}" if parcel.carrier else "", number) if part)
