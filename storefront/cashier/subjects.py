"""What an event is about: sessions, intents, charges and reviews all speak of one payment."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.cashier.till import Till
from storefront.payments.payment import Payment

Json = dict[str, Any]


def _own_id(thing: Json) -> str:
    return str(thing.get("id") or "")


def _intent_id(thing: Json) -> str:
    intent = thing.get("payment_intent")
    return str((intent.get("id") if isinstance(intent, dict) else intent) or "")


INTENT_OF: dict[str, Callable[[Json], str]] = {
    "checkout.session": _intent_id,
    "payment_intent": _own_id,
    "charge": _intent_id,
    "review": _intent_id,
    "refund": _intent_id,
    "dispute": _intent_id,
    "radar.early_fraud_warning": _intent_id,
}
"""By the kind of object: where its PaymentIntent's id stands."""


def intent_id(body: Json) -> str:
    """Stripe's id of the intent behind a session, charge or review; empty where there is none."""
    thing = body["data"]["object"]
    return INTENT_OF[thing["object"]](thing)


def refund_id(body: Json) -> str:
    """Stripe's id of the refund that the event is of; empty where it is of the charge."""
    thing = body["data"]["object"]
    return _own_id(thing) if thing["object"] == "refund" else ""


def payment_known(session: Session, body: Json, store_id: str) -> Payment | None:
    """Our payment that the event speaks of, by session, by intent, or by the metadata that we gave both."""
    thing = body["data"]["object"]
    if thing["object"] == "checkout.session":
        found = session.scalar(select(Payment).where(Payment.session_id == thing.get("id")))
        if found is not None:
            return found
    intent_id = INTENT_OF[thing["object"]](thing)
    if intent_id:
        found = session.scalar(select(Payment).where(Payment.intent_id == intent_id))
        if found is not None:
            return found
    return _by_metadata(session, thing, store_id)


def _by_metadata(session: Session, thing: Json, store_id: str) -> Payment | None:
    metadata = thing.get("metadata") or {}
    if metadata.get("store") != store_id or not metadata.get("payment"):
        return None
    return session.scalar(select(Payment).where(Payment.reference == metadata["payment"]))


def claims_to_be_ours(body: Json, store_id: str) -> bool:
    """Whether the object carries this store's id: then it is ours even if its row is not there (yet)."""
    return ((body["data"]["object"].get("metadata") or {}).get("store")) == store_id


def session_of_intent(till: Till, body: Json) -> Json | None:
    """The Checkout Session behind an intent that carries no metadata of ours, asked of Stripe."""
    thing = body["data"]["object"]
    intent_id = INTENT_OF[thing["object"]](thing)
    if not intent_id or (thing.get("metadata") or {}).get("store"):
        return None
    found = till.gateway.sessions(payment_intent=intent_id)
    return found[0] if found else None
