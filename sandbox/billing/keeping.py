"""A card for later: what a subscription asks for when there is nothing to pay yet (STRIPE.md section 8)."""

from sandbox.billing import standing
from sandbox.paying import setups
from sandbox.paying.followers import follower
from sandbox.transaction import Thing, Transaction


def ask_for_card(tx: Transaction, subscription: Thing) -> None:
    """Give the subscription a setup intent that a shop's own page confirms."""
    customer = tx.get(subscription["customer"])
    if subscription["default_payment_method"] or customer["invoice_settings"]["default_payment_method"]:
        return
    known: Thing = {"customer": customer["id"], "usage": "off_session", "_card_of": subscription["id"]}
    subscription["pending_setup_intent"] = setups.made(tx, **known)["id"]
    tx.put(subscription)


@follower("_card_of")
def kept(tx: Transaction, intent: Thing) -> None:
    subscription = tx.get(intent["_card_of"])
    if intent["status"] == "succeeded" and subscription["status"] not in standing.OVER:
        tx.stand_on(subscription)
        standing.change(tx, subscription, default_payment_method=intent["payment_method"], pending_setup_intent=None)
