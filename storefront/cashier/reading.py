"""From Stripe's Checkout Session, as the API spells it, to the facts that the payments room decides by."""

from datetime import UTC, datetime
from typing import Any, cast

from storefront.cashier.subscription_parameters import DELIVERY
from storefront.payments.facts import Facts, IntentFacts, LineFact, SessionStatus

Json = dict[str, Any]


def facts_of(session: Json) -> Facts:
    """`session`: read with its line items, shipping rate, intent, charge and review expanded.

    In subscription mode delivery is a line item, and the intent is that of the first invoice, which the reader put there.
    """
    totals = session.get("total_details") or {}
    buyer = session.get("customer_details") or {}
    shipped_to = (session.get("collected_information") or {}).get("shipping_details") or {}
    intent = session.get("payment_intent")
    delivery, sent_by = _delivery(session)
    return Facts(
        session_id=session["id"],
        status=cast("SessionStatus", session["status"]),
        payment_status=session["payment_status"],
        url=session.get("url") or "",
        currency=session["currency"],
        subtotal=session["amount_subtotal"] - delivery,
        discount=totals.get("amount_discount") or 0,
        shipping=delivery or totals.get("amount_shipping") or 0,
        shipping_name=sent_by or _shipping_name(session),
        tax=totals.get("amount_tax") or 0,
        total=session["amount_total"],
        lines=tuple(LineFact(due_for_one(item), item["quantity"]) for item in goods_of(session)),
        email=buyer.get("email") or "",
        name=shipped_to.get("name") or buyer.get("name") or "",
        phone=buyer.get("phone") or "",
        address=shipped_to.get("address") or buyer.get("address") or {},
        customer=_id(session.get("customer")),
        subscription=_id(session.get("subscription")),
        intent=intent_of(intent) if isinstance(intent, dict) else None,
    )


def goods_of(session: Json) -> list[Json]:
    """The line items that stand for lines of the order."""
    return [item for item in session["line_items"]["data"] if DELIVERY not in (item.get("metadata") or {})]


def due_for_one(item: Json) -> int:
    """Minor units of one piece, today: in a trial the price of a plan is not due yet."""
    if (item.get("price") or {}).get("recurring"):
        return int(item["amount_subtotal"] // max(item["quantity"], 1))
    return int(item["price"]["unit_amount"])


def _delivery(session: Json) -> tuple[int, str]:
    """What is paid for delivery as a line item, and how it is called."""
    sent = [item for item in session["line_items"]["data"] if DELIVERY in (item.get("metadata") or {})]
    return sum(item["amount_subtotal"] for item in sent), "".join(item["metadata"][DELIVERY] for item in sent[:1])


def _shipping_name(session: Json) -> str:
    rate = (session.get("shipping_cost") or {}).get("shipping_rate")
    return (rate.get("display_name") or "") if isinstance(rate, dict) else ""


def intent_of(intent: Json) -> IntentFacts:
    """`intent`: read with its latest charge and review expanded."""
    charge = intent.get("latest_charge")
    charge = charge if isinstance(charge, dict) else {}
    card = (charge.get("payment_method_details") or {}).get("card") or {}
    review = intent.get("review")
    failed = charge.get("status") == "failed"
    return IntentFacts(
        id=intent["id"],
        status=intent["status"],
        capturable=intent.get("amount_capturable") or 0,
        received=intent.get("amount_received") or 0,
        cancellation_reason=intent.get("cancellation_reason") or "",
        decline=(intent.get("last_payment_error") or {}).get("message") or "",
        charge_id=charge.get("id") or "",
        charge_failed=failed,
        paid_at=_time(charge.get("created")) if charge and not failed else None,
        capture_before=_time(card.get("capture_before")),
        balance_transaction=_id(charge.get("balance_transaction")),
        card_brand=card.get("brand") or "",
        card_last4=card.get("last4") or "",
        card_fingerprint=card.get("fingerprint") or "",
        descriptor=charge.get("calculated_statement_descriptor") or "",
        checks=_checks(charge, card),
        under_review=isinstance(review, dict) and bool(review.get("open")),
    )


def _checks(charge: Json, card: Json) -> Json:
    """What was verified of the card, as far as it was, and the address that it was verified against."""
    address = (charge.get("billing_details") or {}).get("address") or {}
    checks, outcome = card.get("checks") or {}, charge.get("outcome") or {}
    found = {
        "risk": outcome.get("risk_level"),
        "score": outcome.get("risk_score"),
        "cvc": checks.get("cvc_check"),
        "line1": checks.get("address_line1_check"),
        "postal_code": checks.get("address_postal_code_check"),
        "three_d_secure": (card.get("three_d_secure") or {}).get("result"),
        "network": card.get("network"),
        "billing": {name: value for name, value in address.items() if value} or None,
    }
    return {name: value for name, value in found.items() if value is not None}


def _time(stamp: int | None) -> datetime | None:
    return datetime.fromtimestamp(stamp, UTC) if stamp else None


def _id(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("id") or "")
    return value or ""
