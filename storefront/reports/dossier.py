"""Everything that is known of one order, for the merchant."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storefront.orders.carriers import CARRIERS
from storefront.orders.download import Download, DownloadLink, downloads_of, links_of
from storefront.orders.fulfilling import still_to_ship
from storefront.orders.fulfilment import Fulfilment, parcels_of
from storefront.orders.order import Order
from storefront.orders.timeline import TimelineEntry, timeline_of
from storefront.outbox.letter import Letter
from storefront.payments.asking_anew import Asking, asking_of
from storefront.payments.command import StripeCommand
from storefront.payments.fraud_warning import FraudWarning, warnings_of
from storefront.payments.refundable import Rest, rest_of
from storefront.payments.summary import Summary, money_of
from storefront.reports.holds import Hold, hold_of
from storefront.stock.hold import StockHold


@dataclass(frozen=True, slots=True)
class Dossier:
    """`holds`: by variant id. `commands` and `letters`: oldest first. `to_ship`: pieces by line id still to be sent.

    `carriers`: the names that have a tracking page.
    """

    order: Order
    money: Summary
    timeline: list[TimelineEntry]
    holds: dict[int, StockHold]
    commands: list[StripeCommand]
    letters: list[Letter]
    rest: Rest
    parcels: list[Fulfilment]
    to_ship: dict[int, int]
    hold: Hold | None
    links: list[DownloadLink]
    downloads: list[Download]
    fraud_warnings: list[FraudWarning]
    asking: Asking
    carriers: tuple[str, ...] = tuple(CARRIERS)


def dossier_of(session: Session, order: Order) -> Dossier:
    """One order's rows out of every room."""
    money = money_of(session, order)
    payment_ids = [payment.id for payment in money.payments]
    commands = select(StripeCommand).where(
        or_(StripeCommand.payment_id.in_(payment_ids), StripeCommand.reference == order.number)
    )
    return Dossier(
        order=order,
        money=money,
        timeline=timeline_of(session, order.id),
        holds={row.variant_id: row for row in session.scalars(select(StockHold).where(StockHold.order_id == order.id))},
        commands=list(session.scalars(commands.order_by(StripeCommand.id))),
        letters=list(session.scalars(select(Letter).where(Letter.order_id == order.id).order_by(Letter.id))),
        rest=rest_of(session, order),
        parcels=parcels_of(session, order.id),
        to_ship=still_to_ship(session, order),
        hold=hold_of(session, order),
        links=links_of(session, order.id),
        downloads=downloads_of(session, order.id),
        fraud_warnings=warnings_of(session, order.id),
        asking=asking_of(session, order),
    )
