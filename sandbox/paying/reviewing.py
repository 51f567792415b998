"""A review opens with a risky payment, and closes by a person's word, a refund or the end of the hold."""

from sandbox.transaction import Thing, Transaction


def open_for(tx: Transaction, intent: Thing, charge: Thing) -> Thing:
    """Write a review of a charge and note it on both; neither is written here. Tell with `tell_opened`."""
    review = tx.new(
        "prv",
        "review",
        billing_zip=charge["billing_details"]["address"]["postal_code"],
        charge=charge["id"],
        closed_reason=None,
        ip_address=None,
        ip_address_location=None,
        open=True,
        opened_reason="rule",
        payment_intent=intent["id"],
        reason="rule",
        session=None,
    )
    charge["review"] = intent["review"] = review["id"]
    return tx.put(review)


def close(tx: Transaction, review: Thing, reason: str) -> Thing:
    """End a review: approved, refunded, refunded_as_fraud, disputed, canceled .. and tell review.closed."""
    review |= {"open": False, "reason": reason, "closed_reason": reason}
    tx.put(review)
    for object_id in (review["charge"], review["payment_intent"]):
        thing = tx.get(object_id)
        thing["review"] = None
        tx.put(thing)
    tx.tell("review.closed", review)
    return review


def close_of(tx: Transaction, thing: Thing, reason: str) -> None:
    """End the review of a charge or an intent, if it has an open one."""
    review = tx.find(thing["review"])
    if review is not None and review["open"]:
        close(tx, review, reason)
