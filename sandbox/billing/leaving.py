"""Leaving at the end of the paid time, thinking better of it, and going for good (STRIPE.md section 12)."""

from sandbox.billing import periods, standing
from sandbox.transaction import Thing, Transaction


def at_period_end(tx: Transaction, subscription: Thing, said: Thing) -> None:
    """Ends with the current period; `said` is the buyer's feedback and comment."""
    end = periods.first_due(subscription)["current_period_end"]
    details = subscription["cancellation_details"] | said | {"reason": "cancellation_requested"}
    flag = tx.variants["portal_cancel"] == "cancel_at_period_end"
    standing.change(
        tx, subscription, cancel_at_period_end=flag, cancel_at=end, canceled_at=tx.now, cancellation_details=details
    )


def undo(tx: Transaction, subscription: Thing) -> None:
    """It goes on as if nothing had been said."""
    nothing = {"comment": None, "feedback": None, "reason": None}
    standing.change(
        tx, subscription, cancel_at_period_end=False, cancel_at=None, canceled_at=None, cancellation_details=nothing
    )


def for_good(tx: Transaction, customer: Thing) -> None:
    """Delete a customer; what it subscribed to is canceled at once."""
    for subscription in tx.all("subscription", customer=customer["id"]):
        if subscription["status"] not in standing.OVER:
            standing.end(tx, subscription, "cancellation_requested")
    for method in tx.all("payment_method", customer=customer["id"]):
        method["customer"] = None
        tx.put(method)
    tx.drop(customer)
    tx.put({"id": f"deleted:{customer['id']}", "object": "deleted"})
    tx.tell("customer.deleted", customer)
