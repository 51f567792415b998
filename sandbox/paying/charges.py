"""Charges as they come out of a try to pay."""

from typing import Any

from sandbox import ids
from sandbox.cards import DECLINES, Card
from sandbox.paying import intents, methods
from sandbox.transaction import Thing, Transaction

HOLD = 7 * 86400
PREFIX = "SANDBOX"
"""The account's, of at most ten characters, that a charge's own suffix follows on statements."""


def succeeded(tx: Transaction, intent: Thing, method: Thing, authenticated: bool) -> Thing:
    """Write the charge of a card that said yes: captured, or held for seven days (section 4, hold windows)."""
    manual, card = intents.is_manual(intent), methods.card_of(method)
    charge = blank(tx, intent, method)
    charge["payment_method_details"] = {"card": _details(method, intent, authenticated), "type": "card"}
    charge |= {
        "amount_captured": 0 if manual else intent["amount"],
        "captured": not manual,
        "outcome": approved(card.risk),
        "paid": True,
        "status": "succeeded",
    }
    if manual:
        charge["payment_method_details"]["card"]["capture_before"] = tx.now + HOLD
        tx.schedule(tx.now + HOLD, "lapse_hold", charge["id"])
    charge["receipt_url"] = f"{tx.site}/receipts/{charge['id']}"
    return tx.put(charge)


def failed(tx: Transaction, intent: Thing, method: Thing, reason: str, authenticated: bool) -> Thing:
    """Write the charge of a card that said no and tell charge.failed."""
    decline = DECLINES[reason]
    charge = blank(tx, intent, method)
    charge["payment_method_details"] = {"card": _details(method, intent, authenticated), "type": "card"}
    charge |= {
        "amount_captured": 0,
        "captured": False,
        "failure_code": decline.code,
        "failure_message": decline.message,
        "outcome": _declined(methods.card_of(method), reason),
        "paid": False,
        "status": "failed",
        "receipt_url": None,
    }
    tx.put(charge)
    tx.tell("charge.failed", charge)
    return charge


def blank(tx: Transaction, intent: Thing, method: Thing) -> Thing:
    """A charge of an intent, before it is known how it went."""
    charge = tx.new("ch", "charge", amount=intent["amount"], currency=intent["currency"])
    copied = ("customer", "description", "metadata", "on_behalf_of", "receipt_email", "shipping", "transfer_group")
    return charge | {
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": on_statement(intent["statement_descriptor_suffix"]),
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "radar_options": {},
        "receipt_number": None,
        "refunded": False,
        "review": None,
        "source_transfer": None,
        "statement_descriptor": intent["statement_descriptor"],
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "transfer_data": None,
        **{name: intent[name] for name in copied},
        "metadata": dict(intent["metadata"]),
    }


def on_statement(suffix: str | None) -> str:
    """Prefix, star, blank, suffix: 22 capital letters at most (docs: get-started/account/statement-descriptors)."""
    return f"{PREFIX}* {suffix}".upper()[:22] if suffix else PREFIX


def _details(method: Thing, intent: Thing, authenticated: bool) -> Thing:
    kept = (
        "brand",
        "checks",
        "country",
        "exp_month",
        "exp_year",
        "fingerprint",
        "funding",
        "last4",
        "regulated_status",
    )
    unavailable: dict[str, Any] = {"status": "unavailable"}
    return {name: method["card"][name] for name in kept} | {
        "amount_authorized": intent["amount"],
        "authorization_code": ids.letters(6).upper(),
        "extended_authorization": {"status": "disabled"},
        "incremental_authorization": dict(unavailable),
        "installments": None,
        "mandate": None,
        "multicapture": dict(unavailable),
        "network": method["card"]["brand"],
        "network_token": {"used": False},
        "network_transaction_id": ids.letters(15).upper(),
        "overcapture": {"maximum_amount_capturable": intent["amount"], "status": "unavailable"},
        "three_d_secure": _three_d_secure(methods.card_of(method), authenticated),
        "transaction_link_id": None,
        "wallet": None,
    }


def _three_d_secure(card: Card, asked: bool) -> Thing | None:
    if not asked and not card.frictionless:
        return None
    return {
        "authentication_flow": "challenge" if asked else "frictionless",
        "electronic_commerce_indicator": "05",
        "exemption_indicator": None,
        "result": "authenticated",
        "result_reason": None,
        "transaction_id": ids.letters(32),
        "version": "2.2.0",
    }


def _outcome(risk: str, **fields: Any) -> Thing:
    score = {"normal": 20, "elevated": 65, "highest": 90, "not_assessed": 0}[risk]
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "reason": None,
        "risk_level": risk,
        "risk_score": score,
        "seller_message": None,
        **fields,
    }


def approved(risk: str) -> Thing:
    """The outcome of a charge that was let through."""
    if risk == "elevated":
        message = "Stripe evaluated this payment as having elevated risk, and placed it in your manual review queue."
        return _outcome(
            risk,
            network_status="approved_by_network",
            reason="elevated_risk_level",
            seller_message=message,
            type="manual_review",
        )
    return _outcome(risk, network_status="approved_by_network", seller_message="Payment complete.", type="authorized")


def _declined(card: Card, reason: str) -> Thing:
    decline = DECLINES[reason]
    if reason == "radar_block":
        message = "Stripe blocked this payment as too risky."
        return _outcome(
            card.risk,
            network_status="not_sent_to_network",
            reason="highest_risk_level",
            seller_message=message,
            type="blocked",
        )
    message = f"The bank returned the decline code `{decline.decline_code}`."
    return _outcome(
        card.risk,
        advice_code=decline.advice,
        network_status="declined_by_network",
        reason=decline.decline_code,
        seller_message=message,
        type="issuer_declined",
    )
