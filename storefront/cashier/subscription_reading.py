"""From Stripe's subscriptions and invoices, as the API spells them, to the facts that the subscriptions room decides by.

Since 2025-03-31 (basil) the period stands on the items, an invoice names its subscription in `parent` and its payments in
`payments`; the old places are read where an old object still has them (STRIPE.md section 0, trap 8).
"""

from datetime import UTC, datetime
from typing import Any

from storefront.payments.facts import IntentFacts
from storefront.subscriptions.facts import CardFacts, InvoiceFacts, ItemFacts, SubscriptionFacts

Json = dict[str, Any]


def subscription_facts(thing: Json, invoices: tuple[InvoiceFacts, ...]) -> SubscriptionFacts:
    """`thing`: read with its customer and cards expanded."""
    customer = thing["customer"] if isinstance(thing.get("customer"), dict) else {}
    said = thing.get("cancellation_details") or {}
    metadata = thing.get("metadata") or {}
    paused = thing.get("pause_collection") or {}
    sent_to = customer.get("shipping") or {}
    return SubscriptionFacts(
        id=thing["id"],
        customer=name_of(thing.get("customer")),
        status=thing["status"],
        currency=thing["currency"],
        items=tuple(_item(thing, item) for item in thing["items"]["data"]),
        started_at=moment(thing.get("start_date") or thing["created"]),
        cancel_at=maybe(thing.get("cancel_at")),
        cancel_at_period_end=bool(thing.get("cancel_at_period_end")),
        canceled_at=maybe(thing.get("canceled_at")),
        ended_at=maybe(thing.get("ended_at")),
        reason=said.get("reason") or "",
        feedback=said.get("feedback") or "",
        comment=said.get("comment") or "",
        pause=paused.get("behavior") or "",
        resumes_at=maybe(paused.get("resumes_at")),
        paused_why=_paused_why(thing),
        trial_start=maybe(thing.get("trial_start")),
        trial_end=maybe(thing.get("trial_end")),
        without_card=_ending(thing),
        order=metadata.get("order") or "",
        payment=metadata.get("payment") or "",
        email=customer.get("email") or "",
        name=customer.get("name") or "",
        language=(customer.get("preferred_locales") or [""])[0] or "",
        address=sent_to.get("address") or {},
        address_name=sent_to.get("name") or "",
        card=_card(thing, customer),
        invoices=invoices,
    )


def invoice_facts(thing: Json, intents: tuple[IntentFacts, ...]) -> InvoiceFacts:
    """`thing`: read with its payments and their intents expanded. `intents`: of those that came through, with charges."""
    total, subtotal = thing["total"], thing["subtotal"]
    taxes = sum(one["amount"] for one in thing.get("total_taxes") or [])
    return InvoiceFacts(
        id=thing["id"],
        number=thing.get("number") or "",
        status=thing.get("status") or "draft",
        reason=thing.get("billing_reason") or "",
        currency=thing["currency"],
        subtotal=subtotal,
        discount=sum(one["amount"] for one in thing.get("total_discount_amounts") or []),
        tax=taxes,
        total=total,
        paid=thing.get("amount_paid") or 0,
        remaining=thing.get("amount_remaining") or 0,
        attempts=thing.get("attempt_count") or 0,
        next_attempt=maybe(thing.get("next_payment_attempt")),
        created_at=moment(thing["created"]),
        paid_at=maybe((thing.get("status_transitions") or {}).get("paid_at")),
        page_url=thing.get("hosted_invoice_url") or "",
        lines=tuple(_line(line) for line in thing["lines"]["data"]),
        intents=intents,
        failing=_failing(thing),
    )


def subscription_of_invoice(thing: Json) -> str:
    """Stripe's id of the subscription that an invoice is of; empty where it is of none."""
    details = (thing.get("parent") or {}).get("subscription_details") or {}
    return name_of(details.get("subscription") or thing.get("subscription"))


def paid_intents(thing: Json) -> list[str]:
    """Ids of the intents by which an invoice was paid; there may be several."""
    payments = (thing.get("payments") or {}).get("data") or []
    paid = [one["payment"] for one in payments if one.get("status") == "paid"]
    return [name for name in (name_of(one.get("payment_intent")) for one in paid) if name]


def first_intent(thing: Json) -> str:
    """The intent that an invoice was or will be paid by; empty where it needs none."""
    payments = (thing.get("payments") or {}).get("data") or []
    ordered = sorted(payments, key=lambda one: one.get("status") != "paid")
    return next((name for name in (name_of(one["payment"].get("payment_intent")) for one in ordered) if name), "")


def name_of(value: Any) -> str:
    """An id, whether the object was expanded or not."""
    return str((value.get("id") if isinstance(value, dict) else value) or "")


def moment(stamp: int) -> datetime:
    """From unix seconds."""
    return datetime.fromtimestamp(stamp, UTC)


def maybe(stamp: int | None) -> datetime | None:
    """The same, where there is one."""
    return moment(stamp) if stamp else None


def _item(thing: Json, item: Json) -> ItemFacts:
    price = item["price"]
    recurring = price.get("recurring") or {}
    marked = str((price.get("metadata") or {}).get("variant") or "")
    return ItemFacts(
        id=item["id"],
        price=price["id"],
        name=price.get("nickname") or "Subscription",
        unit_amount=price.get("unit_amount") or 0,
        quantity=item.get("quantity") or 1,
        interval=recurring.get("interval") or "month",
        count=recurring.get("interval_count") or 1,
        period_start=moment(item.get("current_period_start") or thing.get("current_period_start") or thing["created"]),
        period_end=moment(item.get("current_period_end") or thing.get("current_period_end") or thing["created"]),
        variant_id=int(marked) if marked.isdecimal() and len(marked) < 10 else None,
    )


def _line(line: Json) -> dict[str, Any]:
    parent = line.get("parent") or {}
    of_item = parent.get("subscription_item_details") or {}
    details = of_item or parent.get("invoice_item_details") or {}
    return {
        "name": line.get("description") or "Subscription",
        "quantity": line.get("quantity") or 1,
        "amount": line["amount"],
        "start": line["period"]["start"],
        "end": line["period"]["end"],
        "proration": bool(details.get("proration")),
        "item": of_item.get("subscription_item") or "",
        "price": ((line.get("pricing") or {}).get("price_details") or {}).get("price") or "",
    }


def _failing(thing: Json) -> str:
    payments = (thing.get("payments") or {}).get("data") or []
    intents = [one["payment"].get("payment_intent") for one in payments]
    errors = [one.get("last_payment_error") or {} for one in intents if isinstance(one, dict)]
    return next((str(error["message"]) for error in errors if error.get("message")), "")


def _paused_why(thing: Json) -> str:
    paused = (thing.get("status_details") or {}).get("paused") or {}
    return (paused.get("subscription") or {}).get("type") or ""


def _ending(thing: Json) -> str:
    return ((thing.get("trial_settings") or {}).get("end_behavior") or {}).get("missing_payment_method") or ""


def _card(thing: Json, customer: Json) -> CardFacts | None:
    """The subscription's own card before the customer's, as Stripe takes them (STRIPE.md section 8, Method order)."""
    for method in (
        thing.get("default_payment_method"),
        (customer.get("invoice_settings") or {}).get("default_payment_method"),
    ):
        card = method.get("card") if isinstance(method, dict) else None
        if card:
            return CardFacts(card["brand"], card["last4"], card["exp_month"], card["exp_year"])
    return None
