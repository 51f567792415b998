"""Papers: what goes to the bank as a file, as headings and lines; `evidence.pdf` draws them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape

from storefront.catalog.page import PageText
from storefront.evidence.dossier import Dossier
from storefront.evidence.sentences import LETTERS, address_lines, day, minute
from storefront.orders.order import Order

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`rows`: the first is the heading; the last cell of each is aligned to the right."""

    rows: tuple[Row, ...]


Block = str | Table


@dataclass(frozen=True, slots=True)
class Paper:
    """`blocks`: paragraphs, and tables between them. `pictures`: SHA-256 of attached pages that follow."""

    title: str
    blocks: tuple[Block, ...]
    pictures: tuple[str, ...] = ()


def papers_of(known: Dossier, site_name: str, site_url: str) -> dict[str, Paper]:
    """By Stripe's field, those that the shop can write itself for this reason."""
    reason = known.dispute.reason
    writers: dict[str, Callable[[], Paper | None]] = {
        "receipt": lambda: _receipt(known, site_name, site_url),
        "shipping_documentation": lambda: _deliveries(known),
        "customer_communication": lambda: _letters(known),
        "refund_policy": lambda: _text(known.policy, known.order) if reason in _ABOUT_REFUNDS else None,
        "cancellation_policy": lambda: _text(known.terms, known.order) if reason == "subscription_canceled" else None,
        "service_documentation": lambda: _fetched(known),
        "duplicate_charge_documentation": lambda: _twin(known) if reason == "duplicate" else None,
    }
    written = {name: write() for name, write in writers.items()}
    return {name: paper for name, paper in written.items() if paper is not None}


_ABOUT_REFUNDS = ("product_unacceptable", "credit_not_processed", "general", "product_not_received")


def _receipt(known: Dossier, site_name: str, site_url: str) -> Paper:
    order, payment = known.order, known.payment
    paid = payment.paid_at or order.completed_at or order.created_at
    card = f" with {payment.card_brand.capitalize()} ending in {payment.card_last4}" if payment.card_last4 else ""
    named = f" The statement names it {payment.descriptor}." if payment.descriptor else ""
    blocks: list[Block] = [
        f"{site_name}, {site_url}",
        f"Order {order.number}, placed {minute(order.created_at)}, paid {minute(paid)}{card}.{named}",
        _goods(order),
    ]
    if order.name or order.email:
        blocks.append(f"Bought by {order.name}, {order.email}")
    place = address_lines(order.address, order.name)
    if place:
        blocks.append("Sent to:\n" + "\n".join(place) if known.sends else "Address:\n" + "\n".join(place))
    if known.receipt_sent:
        blocks.append(f"This receipt was sent to {order.email} on {minute(known.receipt_sent)}.")
    return Paper(f"Receipt for order {order.number}", tuple(blocks))


def _goods(order: Order) -> Table:
    rows: list[Row] = [("Product", "Pieces", "Each", "Sum")]
    rows += [
        (line.name, str(line.kept), str(order.money(line.unit_amount)), str(order.money(line.unit_amount * line.kept)))
        for line in order.lines
        if line.kept
    ]
    if order.discount:
        rows.append(("Discount", "", "", str(order.money(-order.discount))))
    if order.shipping:
        rows.append(
            (
                f"Shipping, {order.shipping_name}" if order.shipping_name else "Shipping",
                "",
                "",
                str(order.money(order.shipping)),
            )
        )
    if order.tax:
        rows.append(("Tax, included" if order.tax_included else "Tax", "", "", str(order.money(order.tax))))
    rows.append(("Total", "", "", str(order.money(order.total))))
    return Table(tuple(rows))


def _deliveries(known: Dossier) -> Paper | None:
    if not known.parcels:
        return None
    order = known.order
    rows: list[Row] = [("Parcel", "Sent", "Carrier", "Tracking number")]
    blocks: list[Block] = [f"Order {order.number}, sent to:\n" + "\n".join(address_lines(order.address, order.name))]
    rows += [
        (str(parcel.number), minute(parcel.shipped_at), parcel.carrier, parcel.tracking_number)
        for parcel in known.parcels
    ]
    blocks.append(Table(tuple(rows)))
    for parcel in known.parcels:
        inside = ", ".join(f"{part.quantity} x {part.line.name}" for part in parcel.lines)
        where = f" It can be followed at {parcel.tracking_url}" if parcel.tracking_url else ""
        blocks.append(f"In parcel {parcel.number}: {inside}.{where}")
    return Paper(f"Deliveries of order {order.number}", tuple(blocks))


def _letters(known: Dossier) -> Paper | None:
    if not known.letters:
        return None
    rows: list[Row] = [("Sent", "To", "What it said")]
    rows += [
        (minute(letter.sent_at), letter.recipient, _capital(LETTERS.get(letter.kind, letter.kind)))
        for letter in known.letters
        if letter.sent_at
    ]
    return Paper(f"Letters about order {known.order.number}", (Table(tuple(rows)),))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _fetched(known: Dossier) -> Paper | None:
    if not known.fetched:
        return None
    rows: list[Row] = [("When", "What", "From")]
    rows += [(minute(one.at), one.what, one.ip) for one in known.fetched]
    return Paper(f"Downloads of order {known.order.number}", (Table(tuple(rows)),))


def _twin(known: Dossier) -> Paper | None:
    if known.twin is None:
        return None
    other = known.twin.order
    said = f"Order {other.number}, placed {minute(other.created_at)}, paid {minute(known.twin.paid_at)}. Payment {known.twin.charge}."
    return Paper(f"Receipt for order {other.number}", (said, _goods(other)))


def _text(page: PageText | None, order: Order) -> Paper | None:
    if page is None:
        return None
    version = f"version {page.version}, of {day(page.published_at)}"
    said = f"As shown when order {order.number} was placed on {minute(order.created_at)}: {version}."
    return Paper(page.title, (said, *plain_paragraphs(page.body)))


def plain_paragraphs(html: str) -> Iterator[str]:
    """The words of sanitised HTML, a paragraph, heading or item each."""
    for part in re.split(r"</?(?:p|h\d|li|ul|ol|dl|dt|dd|tr|table|blockquote|pre|hr)\b[^>]*>", html):
        words = unescape(re.sub(r"<[^>]*>", " ", part))
        if words.strip():
            yield " ".join(words.split())
