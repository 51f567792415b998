"""Early fraud warnings: the card's bank believes a payment to be fraud (STRIPE.md section 7, EFW)."""

from sandbox.transaction import Thing, Transaction


def issue(tx: Transaction, charge: Thing) -> Thing:
    """Write a warning about a charge and tell radar.early_fraud_warning.created."""
    warning = tx.new("issfr", "radar.early_fraud_warning", actionable=True, charge=charge["id"])
    warning |= {"fraud_type": "made_with_stolen_card", "payment_intent": charge["payment_intent"]}
    tx.put(warning)
    tx.tell("radar.early_fraud_warning.created", warning)
    return warning


def no_longer_actionable(tx: Transaction, charge: Thing) -> None:
    """Refunding no longer prevents a dispute: the charge is refunded in full or disputed already."""
    for warning in tx.all("radar.early_fraud_warning", charge=charge["id"]):
        if warning["actionable"]:
            warning["actionable"] = False
            tx.put(warning)
            tx.tell("radar.early_fraud_warning.updated", warning, {"actionable": True})
