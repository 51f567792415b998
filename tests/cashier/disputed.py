"""Disputes as they come and go: the card's owner at their bank, Stripe's list, our rows, Mira's pages."""

from typing import Any

import requests

from storefront.cashier.checking import check
from storefront.payments.dispute import Dispute
from storefront.payments.ledger import LedgerEntry
from tests.cashier.returns import bought
from tests.client import Client
from tests.fixtures.counter import Counter

FRAUD, NOT_RECEIVED, INQUIRY, WARNED, CE3 = (
    "4000000000000259",
    "4000000000002685",
    "4000000000001976",
    "4000000000005423",
    "4000000404000038",
)


def sold(counter: Counter, card: str = "4242424242424242", **more: Any) -> str:
    """The reference of an order for one thing at 17.40, paid with this card and worked on."""
    return bought(counter, counter.sells(f"Tea {len(counter.at_stripe())}", price=1250), card=card, **more)


def charge_of(counter: Counter) -> str:
    """Of this shop's newest payment."""
    return str(counter.at_stripe("charges")[0]["id"])


def complained(counter: Counter, reason: str = "fraudulent", **more: Any) -> str:
    """A dispute over the newest payment, worked on. Answers its id."""
    dispute = counter.sandbox.complains(charge_of(counter), reason, **more)
    counter.work()
    return str(dispute["id"])


def decided(counter: Counter, dispute: str, verdict: str) -> None:
    """The bank's word, worked on."""
    counter.sandbox.bank_says(dispute, verdict)
    counter.work()


def rows(counter: Counter) -> list[Dispute]:
    """Ours, oldest first, detached."""
    with counter.sessions() as session:
        return session.query(Dispute).order_by(Dispute.id).all()


def row(counter: Counter) -> Dispute:
    """The only one."""
    [found] = rows(counter)
    return found


def ledger(counter: Counter) -> list[tuple[str, int]]:
    """(kind, amount) of every entry but the fees, in the order of entry."""
    with counter.sessions() as session:
        entries = session.query(LedgerEntry).order_by(LedgerEntry.id)
        return [(str(one.kind), one.amount) for one in entries if one.kind != "dispute_fee"]


def fees(counter: Counter) -> int:
    """Minor units: what disputes have cost beside the money itself."""
    with counter.sessions() as session:
        return -sum(one.amount for one in session.query(LedgerEntry).filter_by(kind="dispute_fee"))


def page_of_order(counter: Counter, mira: Client, reference: str) -> str:
    """What Mira reads about it."""
    return mira.get(f"/backoffice/orders/{counter.order(reference).number}").words("main")


def another_shop_sells(counter: Counter, card: str) -> None:
    """A payment of the same Stripe account that carries no mark of this shop."""
    answer = requests.post(
        f"{counter.sandbox.url}/v1/payment_intents",
        data={"amount": 2000, "currency": "eur", "payment_method": card, "confirm": "true",
              "automatic_payment_methods[enabled]": "true", "automatic_payment_methods[allow_redirects]": "never"},
        auth=(counter.till.settings.stripe_secret_key, ""),
        timeout=10,
    )  # fmt: skip
    answer.raise_for_status()


def books_agree(counter: Counter) -> int:
    """Without any difference. Answers minor units: received - refunded - disputed."""
    found = check(counter.till, 400).found
    assert found.differences == []
    [sides] = found.totals.values()
    assert sides["ours"] == sides["theirs"]
    return sides["ours"]["received"] - sides["ours"]["refunded"] - sides["ours"]["disputed"]
