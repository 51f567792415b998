"""What the shop knows of a disputed sale, out of every room, with nothing of another buyer in it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.buyers.buyer import Buyer
from storefront.catalog.page import PageText
from storefront.evidence.downloads import Fetched, fetched_of
from storefront.evidence.earlier import Earlier, earlier_of, twin_of
from storefront.orders.fulfilment import Fulfilment, parcels_of
from storefront.orders.order import Order
from storefront.outbox.letter import Letter, LetterState
from storefront.payments.dispute import Dispute
from storefront.payments.payment import Payment
from storefront.payments.refund import Refund, RefundState, refunds_of


@dataclass(frozen=True, slots=True)
class Dossier:
    """`letters`: that were sent to the buyer. `terms`, `policy`: in the versions shown at the purchase, None if none.

    `earlier`: completed orders of the same buyer before this one, newest first. `twin`: another payment of the same
    amount, near in time, for a dispute about being charged twice. `fetched`: what was taken without a parcel.
    """

    dispute: Dispute
    order: Order
    payment: Payment
    buyer: Buyer | None
    parcels: list[Fulfilment]
    letters: list[Letter]
    refunds: list[Refund]
    terms: PageText | None
    policy: PageText | None
    earlier: list[Earlier]
    twin: Earlier | None
    fetched: list[Fetched]

    @property
    def sends(self) -> bool:
        """Whether anything of the order goes out by parcel."""
        return any(line.requires_shipping for line in self.order.lines)

    @property
    def receipt_sent(self) -> datetime | None:
        """When the buyer was sent the receipt."""
        return next((letter.sent_at for letter in self.letters if letter.kind == "receipt"), None)


def dossier_of(session: Session, dispute: Dispute) -> Dossier:
    """Reads only."""
    order = session.get_one(Order, dispute.order_id)
    payment = session.get_one(Payment, dispute.payment_id)
    letters = select(Letter).where(
        Letter.order_id == order.id, Letter.state == LetterState.SENT, Letter.recipient == order.email
    )
    refunds = [one for one in refunds_of(session, order.id) if one.state == RefundState.SUCCEEDED]
    return Dossier(
        dispute=dispute,
        order=order,
        payment=payment,
        buyer=session.get(Buyer, order.buyer_id) if order.buyer_id else None,
        parcels=parcels_of(session, order.id),
        letters=list(session.scalars(letters.order_by(Letter.sent_at, Letter.id))),
        refunds=refunds,
        terms=_shown(session, "terms", order.terms_version),
        policy=_shown(session, "refunds", order.refunds_version),
        earlier=earlier_of(session, order),
        twin=twin_of(session, order, payment),
        fetched=fetched_of(session, order),
    )


def _shown(session: Session, slug: str, version: str) -> PageText | None:
    if not version.isdecimal():
        return None
    return session.scalar(select(PageText).where(PageText.slug == slug, PageText.version == int(version)))
