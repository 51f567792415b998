"""What is held about a person's orders: goods, money and parcels stay, who bought and where it went does not."""

from typing import Any

from storefront.clock import now
from storefront.orders.download import Download, DownloadLink
from storefront.orders.fulfilment import Fulfilment, FulfilmentLine
from storefront.orders.order import LineItem, Order
from storefront.orders.timeline import TimelineEntry
from storefront.orders.words import OrderWord
from storefront.payments.capture import Capture
from storefront.payments.ledger import LedgerEntry
from storefront.payments.payment import Payment
from storefront.payments.payment_link import PaymentLink
from storefront.payments.refund import Refund, RefundLine
from storefront.privacy.held import WORK, Held, Row
from storefront.stock.hold import StockHold

NOTE = "A note was erased together with the buyer's data."


def _table(model: Any) -> Any:
    return model.__table__


def _place(row: Row) -> dict[str, Any]:
    """Where it was taxed."""
    address = row["address"] or {}
    inner = address.get("address")
    place = inner if isinstance(inner, dict) else address
    return {name: place[name] for name in ("country", "state") if place.get(name)}


def _entry(row: Row) -> str:
    return NOTE if "note" in row["key"] else str(row["text"])


HELD = (
    Held(
        _table(OrderWord),
        "Words by which your orders are found.",
        lambda found: OrderWord.order_id.in_(found.person.orders) & (OrderWord.about == "buyer"),
        gone=True,
        derived=True,
    ),
    Held(
        _table(TimelineEntry),
        "What happened to your orders, and notes about them.",
        lambda found: TimelineEntry.order_id.in_(found.person.orders),
        erased={"text": _entry},
        swept=("text",),
        kept=("key", "source", "event_id"),
        hidden=("source",),
    ),
    Held(
        _table(FulfilmentLine),
        "What was in which parcel.",
        lambda found: FulfilmentLine.fulfilment_id.in_(found.person.fulfilments),
    ),
    Held(
        _table(Fulfilment),
        "Parcels that were sent to you.",
        lambda found: Fulfilment.order_id.in_(found.person.orders),
        erased={"tracking_number": ""},
        kept=("key", "carrier", "by"),
        hidden=("by",),
    ),
    Held(
        _table(Download),
        "Files that you took: when, from which internet address and with which browser.",
        lambda found: Download.order_id.in_(found.person.orders),
        erased={"ip": "", "user_agent": ""},
        kept=("file_name", "file_hash"),
    ),
    Held(
        _table(DownloadLink),
        "Links to files that you bought.",
        lambda found: DownloadLink.order_id.in_(found.person.orders),
        kept=("by",),
        hidden=("by",),
    ),
    Held(
        _table(StockHold),
        "Goods that were kept for you.",
        lambda found: StockHold.order_id.in_(found.person.orders),
        kept=("state",),
    ),
    Held(
        _table(LedgerEntry),
        "Money that you paid, got back or disputed.",
        lambda found: LedgerEntry.order_id.in_(found.person.orders),
        kept=("kind", "stripe_id", "currency", "balance_transaction"),
    ),
    Held(
        _table(RefundLine),
        "What was refunded, by pieces.",
        lambda found: RefundLine.refund_id.in_(found.person.refunds),
    ),
    Held(
        _table(Refund),
        "Refunds to you.",
        lambda found: Refund.order_id.in_(found.person.orders),
        erased={"note": ""},
        swept=("why", "trouble", "last_error"),
        kept=("reference", "key", "stripe_id", "state", "currency", "reason", "by", *WORK),
        hidden=("by",),
    ),
    Held(
        _table(Capture),
        "When money that was held on your card was taken.",
        lambda found: Capture.payment_id.in_(found.person.payments),
        erased={"parcel": {}},
        kept=("by",),
        hidden=("by",),
    ),
    Held(
        _table(Payment),
        "Your payments: what was paid, and what Stripe and your bank verified. The card's number is not known here.",
        lambda found: Payment.order_id.in_(found.person.orders),
        erased={"page_url": "", "card_last4": "", "card_fingerprint": "", "checks": {}},
        swept=("declined", "last_error"),
        kept=(
            "reference", "state", "lines_hash", "capture_method", "currency", "session_id", "intent_id", "charge_id", "card_brand",
            "descriptor", "release_reason", *WORK,
        ),
    ),
    Held(
        _table(PaymentLink),
        "Links by which you were asked to pay.",
        lambda found: PaymentLink.order_id.in_(found.person.orders),
        kept=("by",),
        hidden=("by",),
    ),
    Held(
        _table(LineItem),
        "What you ordered.",
        lambda found: LineItem.order_id.in_(found.person.orders),
        kept=("handle", "title", "variant_title", "sku", "media_hash", "plan"),
    ),
    Held(
        _table(Order),
        "Your orders: who you are, where they went, from which internet address and with which browser you placed them.",
        lambda found: Order.id.in_(found.person.orders),
        erased={
            "buyer_id": None, "visitor_id": None, "email": "", "name": "", "phone": "", "address": _place, "ip": "", "user_agent": "",
            "erased_at": lambda _row: now(),
        },
        swept=("attention",),
        kept=(
            "number", "reference", "cart_id", "state", "capture_policy", "country", "offers", "shipping_name", "currency",
            "terms_version", "refunds_version",
        ),
    ),
)  # fmt: skip
