"""Customers: who they are, what they paid, what they subscribe to, and a way into their portal."""

from flask import redirect, render_template
from werkzeug.wrappers import Response

from sandbox.billing.beginning import words
from sandbox.current import world
from sandbox.dashboard import reading
from sandbox.dashboard.door import done, door, found
from sandbox.resources import portal_sessions
from sandbox.transaction import Thing, Transaction
from sandbox.wire.routing import Call


@door.get("/customers")
def customers() -> str:
    return render_template("dashboard/customers.html", customers=reading.recent(world(), "customer", reading.MOST))


@door.get("/customers/<customer_id>")
def customer(customer_id: str) -> str:
    return _shown(customer_id)


@door.post("/customers/<customer_id>/portal")
def open_portal(customer_id: str) -> str | Response | tuple[str, int]:
    """Into the customer's own portal, by the account's default configuration."""
    links: list[str] = []

    def deed(tx: Transaction, thing: Thing) -> None:
        session = portal_sessions.create(Call(tx, {"customer": thing["id"], "return_url": f"{tx.site}/customers"}))
        links.append(session["url"])

    refusal = done(found("customer", customer_id), deed)
    return (_shown(customer_id, refusal), 409) if refusal else redirect(links[0], 303)


def _shown(customer_id: str, refusal: str | None = None) -> str:
    thing = found("customer", customer_id)
    with world().reading(thing["livemode"]) as tx:
        subscriptions = [(one, words(one)) for one in tx.all("subscription", customer=customer_id)]
        payments = [
            (one, reading.state_of(one, tx.find(one["latest_charge"])))
            for one in tx.all("payment_intent", customer=customer_id)
        ]
        cards = tx.all("payment_method", customer=customer_id)
        invoices = tx.all("invoice", customer=customer_id)
    return render_template(
        "dashboard/customer.html",
        customer=thing,
        subscriptions=subscriptions,
        payments=payments,
        cards=cards,
        invoices=invoices,
        refusal=refusal,
    )
