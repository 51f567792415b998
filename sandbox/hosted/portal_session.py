"""Who stands at the portal: the session behind a link, while the link lives (STRIPE.md section 9)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import abort, make_response, render_template

from sandbox.current import world
from sandbox.transaction import Thing, Transaction

UNUSED, IDLE, CAP = 5 * 60, 3600, 2 * 3600


@dataclass
class Visit:
    """One request of a buyer at the portal."""

    tx: Transaction
    session: Thing
    customer: Thing
    features: Thing

    @property
    def url(self) -> str:
        return str(self.session["url"])

    @property
    def back(self) -> str:
        return str(self.session["return_url"] or self.url)

    def subscription(self, name: str) -> Thing:
        """One of this customer's own; anything else does not exist here."""
        found = self.tx.find(name)
        if found is None or found["object"] != "subscription" or found["customer"] != self.customer["id"]:
            abort(404, "There is no such subscription.")
        return found


@contextmanager
def visit(secret: str) -> Iterator[Visit]:
    """The session of a link that still lives; being used keeps it alive for another hour."""
    with world().writing(secret.startswith("live_")) as tx:
        found = tx.all("billing_portal.session", _secret=secret)
        session = found[0] if found else None
        if session is None or tx.now > _lives_until(session, tx.variants["portal_cap"]):
            abort(
                make_response(render_template("hosted/portal_over.html", back=session and session["return_url"]), 410)
            )
        session["_used"] = tx.now
        tx.put(session)
        configuration = tx.get(session["configuration"])
        customer = tx.get(session["customer"])
        tx.stand_on(customer)
        yield Visit(tx, session, customer, configuration["features"])


def _lives_until(session: Thing, cap: str) -> int:
    used = session["_used"]
    end = int(session["created"] + UNUSED if used is None else used + IDLE)
    return min(end, session["created"] + CAP) if cap == "two_hours" else end
