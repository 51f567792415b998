"""What the dashboard shows, read in one view of the books."""

import json
from typing import Any

from sandbox import money
from sandbox.billing.beginning import words
from sandbox.transaction import Thing
from sandbox.world import World

SHOWN, MOST = 25, 400
# How a payment stands, in a merchant's words, and the tone in which to say so.
_STATES = {
    "requires_payment_method": ("not paid", "plain"),
    "requires_confirmation": ("not paid", "plain"),
    "requires_action": ("waits for the bank's question", "wait"),
    "processing": ("on its way", "wait"),
    "requires_capture": ("on hold", "wait"),
    "canceled": ("canceled", "plain"),
    "succeeded": ("paid", "good"),
}
_SESSIONS = {"open": ("at the till", "wait"), "expired": ("expired", "plain"), "complete": ("complete", "good")}
_NEWEST = "SELECT body FROM objects WHERE kind = ? ORDER BY seq DESC LIMIT ?"


def limit(asked: int | None) -> int:
    """How many rows to show."""
    return max(1, min(MOST, asked or SHOWN))


def recent(world: World, kind: str, count: int = SHOWN) -> list[Thing]:
    """The newest objects of a kind, both modes."""
    rows = world.store.connection().execute(_NEWEST, (kind, count))
    return [json.loads(row["body"]) for row in rows.fetchall()]


def state_of(intent: Thing, charge: Thing | None) -> tuple[str, str]:
    if intent["status"] == "succeeded" and charge:
        if charge["disputed"]:
            return "disputed", "bad"
        if charge["amount_refunded"]:
            return ("refunded" if charge["refunded"] else "partly refunded"), "plain"
    if intent["status"] == "requires_payment_method" and intent["last_payment_error"]:
        return "declined", "bad"
    return _STATES[intent["status"]]


def payments(world: World, count: int) -> list[dict[str, Any]]:
    """Intents, and sessions that have none (yet), newest first."""
    rows = [_of_intent(world, intent) for intent in recent(world, "payment_intent", count)]
    rows += [_of_session(one) for one in recent(world, "checkout.session", count) if not one["payment_intent"]]
    return sorted(rows, key=lambda row: row["created"], reverse=True)[:count]


def _of_intent(world: World, intent: Thing) -> dict[str, Any]:
    with world.reading(intent["livemode"]) as tx:
        session, charge, customer = (
            tx.find(intent.get("_session")),
            tx.find(intent["latest_charge"]),
            tx.find(intent["customer"]),
        )
    email = ((session or {}).get("customer_details") or {}).get("email") or (customer or {}).get("email")
    return {
        "created": intent["created"],
        "total": money.said(intent["amount"], intent["currency"]),
        "state": state_of(intent, charge),
        "about": email or intent["receipt_email"],
        "link": f"/payments/{intent['id']}",
        "till": f"/c/{session['id']}" if session and session["status"] == "open" else None,
        "note": intent["description"] or ", ".join(f"{key} {value}" for key, value in intent["metadata"].items()),
    }


def _of_session(session: Thing) -> dict[str, Any]:
    amount = session["amount_total"]
    known = session["customer_details"] or {}
    kinds = {"subscription": "subscription", "setup": "card to keep"}
    return {
        "created": session["created"],
        "total": "\u2013" if amount is None else money.said(amount, session["currency"]),
        "state": _SESSIONS[session["status"]],
        "about": known.get("email"),
        "link": f"/objects/{session['id']}",
        "till": f"/c/{session['id']}" if session["status"] == "open" else None,
        "note": kinds.get(session["mode"], session["client_reference_id"]),
    }


def subscriptions(world: World) -> list[dict[str, Any]]:
    """Subscriptions with their customers, what they cost, and how their newest invoice stands."""
    shown = []
    for one in recent(world, "subscription", MOST):
        with world.reading(one["livemode"]) as tx:
            customer, invoice = tx.find(one["customer"]), tx.find(one["latest_invoice"])
        shown.append({"subscription": one, "customer": customer, "cost": words(one), "invoice": invoice})
    return shown


def events(world: World, count: int = 40, event_type: str = "") -> list[dict[str, Any]]:
    """Events, newest first, of one type or all (a star stands for anything), with each attempt to deliver them."""
    rows = world.store.connection().execute(
        "SELECT body FROM objects WHERE kind = 'event' AND (? = '' OR json_extract(body, '$.type') GLOB ?)"
        " ORDER BY seq DESC LIMIT ?",
        (event_type, event_type, count),
    )
    return [with_attempts(world, json.loads(row["body"])) for row in rows.fetchall()]


def with_attempts(world: World, event: Thing) -> dict[str, Any]:
    connection = world.store.connection()
    attempts = connection.execute("SELECT * FROM attempts WHERE event = ? ORDER BY id", (event["id"],)).fetchall()
    states = connection.execute("SELECT * FROM deliveries WHERE event = ?", (event["id"],)).fetchall()
    return {"event": event, "attempts": [dict(row) for row in attempts], "deliveries": [dict(row) for row in states]}


def events_about(world: World, *object_ids: str) -> list[Thing]:
    """What was told about these objects, and about objects that name the first of them, oldest first."""
    marks = ", ".join("?" * len(object_ids))
    rows = world.store.connection().execute(
        "SELECT body FROM objects WHERE kind = 'event' AND (json_extract(body, '$.data.object.payment_intent') = ?"  # noqa: S608  # nosec B608 - only question marks are added
        f" OR json_extract(body, '$.data.object.id') IN ({marks})) ORDER BY seq LIMIT 100",
        (object_ids[0], *object_ids),
    )
    return [json.loads(row["body"]) for row in rows.fetchall()]
