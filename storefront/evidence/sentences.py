"""Each of Stripe's texts, written from what the shop knows; empty where it knows nothing."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from storefront.evidence.dossier import Dossier
from storefront.evidence.fields import TEXTS
from storefront.money import Money

CHECKS = {
    "cvc": "security code",
    "line1": "street of the billing address",
    "postal_code": "postal code of the billing address",
}
LETTERS = {
    "receipt": "the receipt", "invoice_receipt": "the receipt of an invoice", "shipped": "a parcel is on its way",
    "downloads": "links to the downloads", "left_out": "a part could not be sent", "sold_out": "sold out, nothing charged",
    "released": "the hold on the card was released", "pay_again": "a new link to pay", "refund": "a refund",
    "charge": "what the charge was", "welcome": "the subscription began", "trial_ending": "the trial is about to end",
    "payment_failed": "a payment failed", "recovered": "the payment came through", "card_expiring": "the card is about to expire",
    "paused": "the subscription is paused", "resumed": "the subscription goes on", "will_end": "when the subscription ends",
    "ended": "the subscription has ended", "sign_in": "a link to the account",
}  # fmt: skip
"""What each letter to a buyer says, in a few words."""


def texts_of(known: Dossier) -> dict[str, str]:
    """By field, for every field of TEXTS."""
    return {name: _WRITERS[name](known).strip() if name in _WRITERS else "" for name in TEXTS}


def day(moment: datetime) -> str:
    """As `3 December 2026`."""
    return f"{moment.day} {moment:%B %Y}"


def minute(moment: datetime) -> str:
    """As `3 December 2026, 14:05 UTC`."""
    return f"{day(moment)}, {moment:%H:%M} UTC"


def address_lines(place: dict[str, Any], name: str = "") -> list[str]:
    """The lines of a postal address; none where there is no street."""
    if not place.get("line1"):
        return []
    town = " ".join(filter(None, (place.get("postal_code"), place.get("city"), place.get("state"))))
    return [str(line) for line in (name, place["line1"], place.get("line2"), town, place.get("country")) if line]


def _goods(known: Dossier) -> str:
    order = known.order
    lines = [
        f"{line.kept} x {line.name}, {Money(line.unit_amount, order.currency)} each,"
        f" {'sent by parcel' if line.requires_shipping else 'digital'}"
        for line in order.lines
        if line.kept
    ]
    total = f"Total {order.money(order.total)} including shipping of {order.money(order.shipping)}."
    return "\n".join([f"Order {order.number} of {day(order.created_at)}:", *lines, total])


def _sent_to(known: Dossier) -> str:
    return "\n".join(address_lines(known.order.address, known.order.name)) if known.sends else ""


def _billing(known: Dossier) -> str:
    return "\n".join(address_lines(known.payment.checks.get("billing") or known.order.address, known.order.name))


def _joined(known: Dossier, word: Callable[[Any], str]) -> str:
    return ", ".join(filter(None, dict.fromkeys(word(parcel) for parcel in known.parcels)))


def _activity(known: Dossier) -> str:
    return "\n".join(f"{minute(one.at)}: {one.what}" + (f", from {one.ip}" if one.ip else "") for one in known.fetched)


def _service_date(known: Dossier) -> str:
    if known.fetched:
        return day(known.fetched[0].at)
    return "" if known.sends or known.order.completed_at is None else day(known.order.completed_at)


def _policy(known: Dossier) -> str:
    if known.policy is None:
        return ""
    return (
        f"The refund policy (version {known.policy.version}, of {day(known.policy.published_at)}) was linked at the foot"
        f" of every page, the cart and checkout among them, when the order was placed on {minute(known.order.created_at)}."
    )


def _terms(known: Dossier) -> str:
    if known.terms is None:
        return ""
    return (
        f"The terms (version {known.terms.version}, of {day(known.terms.published_at)}) were linked at the foot of every"
        f" page, the cart and checkout among them, when the order was placed on {minute(known.order.created_at)}."
    )


def _twin(known: Dossier) -> str:
    if known.twin is None:
        return ""
    other = known.twin.order
    return (
        f"These are two purchases: order {known.order.number} of {minute(known.order.created_at)} and order {other.number}"
        f" of {minute(other.created_at)}, each placed and paid by the buyer by itself, with a receipt of its own."
    )


def _rest(known: Dossier) -> str:
    parts = [_placed(known), _checked(known), _history(known), _parcels(known), _letters(known), _refunds(known)]
    return "\n\n".join(part for part in parts if part)


def _placed(known: Dossier) -> str:
    order = known.order
    browser = f" with the browser {order.user_agent}" if order.user_agent else ""
    where = f" from the internet address {order.ip}{browser}" if order.ip else ""
    return f"Order {order.number} was placed on {minute(order.created_at)}{where}."


def _checked(known: Dossier) -> str:
    checks = known.payment.checks
    said = [f"the {words} was checked: {checks[name]}" for name, words in CHECKS.items() if checks.get(name)]
    if checks.get("three_d_secure"):
        said.append(f"3D Secure: {str(checks['three_d_secure']).replace('_', ' ')}")
    if checks.get("risk"):
        score = f" (score {checks['score']})" if checks.get("score") is not None else ""
        said.append(f"Stripe's judgement of the risk: {checks['risk']}{score}")
    return f"When the card was charged: {'; '.join(said)}." if said else ""


def _history(known: Dossier) -> str:
    """Only what speaks for the sale: earlier orders that no bank ever asked about."""
    lines = [
        f"order {one.order.number} of {day(one.paid_at)}, {one.order.money(one.order.total)}, not disputed"
        for one in known.earlier
        if not one.disputed
    ]
    return "\n".join(["The same buyer has bought before:", *lines]) if lines else ""


def _parcels(known: Dossier) -> str:
    lines = [
        f"parcel {one.number} of {day(one.shipped_at)}: {', '.join(f'{part.quantity} x {part.line.name}' for part in one.lines)}"
        + (f"; {one.carrier} {one.tracking_number}" if one.tracking_number else "")
        for one in known.parcels
    ]
    return "\n".join(["What was sent:", *lines]) if lines else ""


def _letters(known: Dossier) -> str:
    lines = [
        f"{minute(one.sent_at)}: {LETTERS.get(one.kind, one.kind)}, to {one.recipient}"
        for one in known.letters
        if one.sent_at
    ]
    return "\n".join(["Letters that were sent to the buyer:", *lines]) if lines else ""


def _refunds(known: Dossier) -> str:
    lines = [f"{one.money(one.amount)} on {day(one.created_at)}" for one in known.refunds]
    return "\n".join(["Refunded:", *lines]) if lines else ""


_WRITERS: dict[str, Callable[[Dossier], str]] = {
    "customer_name": lambda known: known.order.name,
    "customer_email_address": lambda known: known.order.email,
    "customer_purchase_ip": lambda known: known.order.ip,
    "billing_address": _billing,
    "product_description": _goods,
    "shipping_address": _sent_to,
    "shipping_carrier": lambda known: _joined(known, lambda parcel: parcel.carrier),
    "shipping_date": lambda known: _joined(known, lambda parcel: day(parcel.shipped_at)),
    "shipping_tracking_number": lambda known: _joined(known, lambda parcel: parcel.tracking_number),
    "service_date": _service_date,
    "access_activity_log": _activity,
    "refund_policy_disclosure": _policy,
    "cancellation_policy_disclosure": _terms,
    "duplicate_charge_id": lambda known: known.twin.charge if known.twin else "",
    "duplicate_charge_explanation": _twin,
    "uncategorized_text": _rest,
}
