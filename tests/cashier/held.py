"""Money that waits on a card, and what Stripe, the shelf and Mira say of it."""

import requests

from storefront.stock.level import StockLevel


def held(counter, *variants, quantity=1, card="4242424242424242"):
    """An order whose money waits on the card."""
    reference = counter.checks_out(*(variants or [counter.sells("Tea", stock=5)]), quantity=quantity)
    counter.pays(counter.page_of(reference), card)
    counter.work()
    return reference


def page_of(counter, mira, reference):
    return mira.get(f"/backoffice/orders/{counter.order(reference).number}")


def stock(counter):
    with counter.sessions() as session:
        return [(level.on_hand, level.held) for level in session.query(StockLevel).order_by(StockLevel.variant_id)]


def taken(counter):
    """The status of each payment that was begun, and what was received by it."""
    begun = [intent for intent in counter.at_stripe() if intent["status"] != "requires_payment_method"]
    return [(intent["status"], intent["amount_received"]) for intent in begun]


def by_hand(counter, path):
    """Somebody at Stripe's Dashboard."""
    key = counter.till.settings.stripe_secret_key
    answer = requests.post(f"{counter.sandbox.url}/v1/{path}", auth=(key, ""), timeout=60)
    assert answer.status_code == 200, answer.text
