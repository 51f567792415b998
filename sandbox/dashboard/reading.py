"""What the dashboard shows, read in one view of the books."""

import json
from typing import Any

from sandbox import money
from sandbox.billing.beginning import words
from sandbox.transaction import Thing
from sandbox.world import World

SHOWN = 25


def recent(world: World, kind: str, limit: int = SHOWN) -> list[Thing]:
    """The newest objects of a kind, both modes."""
    rows = world.store.connection().execute(
        "SELECT body FROM objects WHERE kind = ? ORDER BY seq DESC LIMIT ?", (kind, limit)
    )
    return [json.loads(row["body"]) for row in rows.fetchall()]


def payments(world: World) -> list[dict[str, Any]]:
    """Sessions with what came of them."""
    shown = []
    for session in recent(world, "checkout.session"):
        with world.reading(session["livemode"]) as tx:
            intent = tx.find(session["payment_intent"])
        shown.append(
            {
                "session": session,
                "intent": intent,
                "total": _total(session),
                "email": (session["customer_details"] or {}).get("email"),
            }
        )
    return shown


def _total(session: Thing) -> str:
    """A session in setup mode has no amount, and perhaps no currency."""
    if session["amount_total"] is None:
        return "\u2013"
    return money.said(session["amount_total"], session["currency"])


def subscriptions(world: World) -> list[dict[str, Any]]:
    """Subscriptions with their customers, what they cost, and how their newest invoice stands."""
    shown = []
    for one in recent(world, "subscription"):
        with world.reading(one["livemode"]) as tx:
            customer, invoice = tx.find(one["customer"]), tx.find(one["latest_invoice"])
        shown.append({"subscription": one, "customer": customer, "cost": words(one), "invoice": invoice})
    return shown


def events(world: World) -> list[dict[str, Any]]:
    """Events with each attempt to deliver them."""
    connection = world.store.connection()
    shown = []
    for event in recent(world, "event", 40):
        attempts = connection.execute("SELECT * FROM attempts WHERE event = ? ORDER BY id", (event["id"],)).fetchall()
        states = connection.execute("SELECT state, due FROM deliveries WHERE event = ?", (event["id"],)).fetchall()
        shown.append(
            {"event": event, "attempts": [dict(row) for row in attempts], "deliveries": [dict(row) for row in states]}
        )
    return shown


def coming(world: World) -> list[dict[str, Any]]:
    """The next thing of each kind that the clock will bring, in words."""
    in_words = {
        "expire_session": "a checkout session expires",
        "lapse_hold": "a hold lapses",
        "settle_debit": "a bank answers to a SEPA debit",
        "settle_charge": "a charge settles",
        "make_available": "money becomes available",
        "settle_refund": "a pending refund succeeds",
        "fail_refund": "a refund fails",
        "know_reference": "a refund's bank reference is known",
        "decide_dispute": "a bank decides a dispute",
        "miss_dispute": "the time to answer a dispute is over",
        "close_inquiry": "an inquiry closes",
        "renew_subscription": "a subscription's period ends",
        "announce_renewal": "a renewal is announced",
        "warn_of_trial_end": "the end of a trial is announced",
        "finalize_invoice": "a drafted invoice is finalized and tried",
        "retry_invoice": "a failed invoice is tried again",
        "expire_incomplete": "an unpaid first invoice makes its subscription expire",
        "cancel_subscription": "a subscription ends",
        "resume_collection": "invoices are collected again",
        "end_pause": "a pause ends",
    }
    connection = world.store.connection()
    duties = connection.execute(
        "SELECT min(due) AS due, kind, subject FROM duties WHERE clock IS NULL GROUP BY kind ORDER BY 1"
    ).fetchall()
    found = [
        {"due": row["due"], "what": in_words.get(row["kind"], row["kind"].replace("_", " ")), "subject": row["subject"]}
        for row in duties
    ]
    waiting = connection.execute(
        "SELECT due, type, event FROM deliveries WHERE state = 'pending' AND attempts > 0 ORDER BY due LIMIT 3"
    ).fetchall()
    found += [{"due": row["due"], "what": f"{row['type']} is sent again", "subject": row["event"]} for row in waiting]
    return sorted(found, key=lambda one: one["due"])[:6]
