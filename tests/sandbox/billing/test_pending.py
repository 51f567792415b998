"""payment_behavior=pending_if_incomplete: a change that happens when it is paid for, or not at all."""

from typing import Any

import pytest
import stripe

from tests.sandbox.billing.club import HOUR, Club

WAITING: Any = {"payment_behavior": "pending_if_incomplete", "proration_behavior": "always_invoice"}


def ask(club: Club, joined: stripe.Subscription, **more: Any) -> stripe.Subscription:
    items: Any = [{"id": joined["items"].data[0].id, "quantity": 3}]
    return club.v1.subscriptions.update(joined.id, {**WAITING, "items": items, **more})


def quantity(subscription: stripe.Subscription) -> int:
    return int(subscription["items"].data[0].quantity or 0)


def test_what_is_paid_at_once_happens_at_once(club: Club) -> None:
    changed = ask(club, club.join(), metadata={"why": "friends"})
    assert (quantity(changed), changed.pending_update, changed.metadata["why"]) == (3, None, "friends")
    assert club.invoices()[0].status == "paid"


def test_a_declined_change_waits_until_it_is_paid(club: Club) -> None:
    joined = club.join()
    club.keep("pm_card_chargeCustomerFail")
    waits = ask(club, joined, metadata={"why": "friends"})
    update: Any = waits.pending_update
    assert (waits.status, quantity(waits), update.subscription_items[0].quantity) == ("active", 1, 3)
    assert update.expires_at == pytest.approx(club.till.now() + 23 * HOUR, abs=60)
    assert "why" not in waits.metadata
    invoice = club.invoices()[0]
    assert (invoice.id, invoice.status, invoice.next_payment_attempt) == (waits.latest_invoice, "open", None)
    method = club.v1.payment_methods.attach("pm_card_visa", {"customer": club.customer.id})
    club.v1.invoices.pay(invoice.id, {"payment_method": method.id})
    applied = club.read(joined)
    assert (quantity(applied), applied.pending_update, applied.metadata["why"]) == (3, None, "friends")
    types = [one for one in club.types() if one.startswith("customer.subscription")]
    assert types == [
        "customer.subscription.created",
        "customer.subscription.updated",
        "customer.subscription.updated",
        "customer.subscription.updated",
        "customer.subscription.pending_update_applied",
    ]


def test_a_change_that_nobody_pays_is_forgotten(club: Club) -> None:
    joined = club.join()
    club.keep("pm_card_authenticationRequired")
    assert ask(club, joined).pending_update is not None
    club.till.sandbox.advance(23 * HOUR + 1)
    after = club.read(joined)
    assert (after.status, quantity(after), after.pending_update) == ("active", 1, None)
    assert club.invoices()[0].status == "void"
    assert club.types()[-1] == "customer.subscription.pending_update_expired"


def test_voiding_the_invoice_or_another_update_drops_the_change(club: Club) -> None:
    joined = club.join()
    club.keep("pm_card_chargeCustomerFail")
    club.v1.invoices.void_invoice(str(ask(club, joined).latest_invoice))
    assert club.read(joined).pending_update is None
    second = str(ask(club, joined).latest_invoice)
    other = club.v1.subscriptions.update(joined.id, {"description": "something else"})
    assert (other.pending_update, club.v1.invoices.retrieve(second).status) == (None, "void")


def test_what_cannot_wait_is_refused(club: Club) -> None:
    joined = club.join()
    with pytest.raises(stripe.InvalidRequestError, match=r"cannot be used with .*: description"):
        ask(club, joined, description="x")
    with pytest.raises(stripe.InvalidRequestError, match="only be used when updating"):
        club.join(payment_behavior="pending_if_incomplete")
