"""Visa Compelling Evidence 3.0: which disputes may be answered so, and what such an answer still lacks (STRIPE.md section 7).

The SDK names the states and the actions. Which dispute Stripe offers it for is Visa's rule: reason 10.4, and two
undisputed payments with the same card, 120 to 365 days before. The test card for it is always offered (section 5).
"""

from sandbox.errors import invalid
from sandbox.paying import methods
from sandbox.transaction import Thing, Transaction

KEY = "visa_compelling_evidence_3"
# A dispute of the network's own rules may be answered only by who takes its fee upon him (the SDK's docstring).
COMPLIANCE = "visa_compliance"
DAY = 86400
YOUNGEST, OLDEST = 120, 365
ADDRESS = ("city", "country", "line1", "line2", "postal_code", "state")
TEXTS = (
    "customer_account_id", "customer_device_fingerprint", "customer_device_id", "customer_email_address",
    "customer_purchase_ip", "product_description",
)  # fmt: skip
TRACES = ("customer_purchase_ip", "customer_device_id", "customer_device_fingerprint")


def offer(tx: Transaction, dispute: Thing, charge: Thing) -> None:
    """Write into a new dispute whether it may be answered so."""
    card = charge["payment_method_details"].get("card") or {}
    if card.get("brand") == "visa" and dispute["reason"] == "noncompliant":
        dispute["enhanced_eligibility_types"] = [COMPLIANCE]
        judge(dispute)
        return
    if card.get("brand") != "visa" or dispute["reason"] != "fraudulent" or dispute["status"] != "needs_response":
        return
    if not is_test_card(tx, charge) and len(_earlier(tx, dispute, charge)) < 2:
        return
    dispute["enhanced_eligibility_types"] = [KEY]
    judge(dispute)


def is_test_card(tx: Transaction, charge: Thing) -> bool:
    method = tx.find(charge["payment_method"])
    return method is not None and method["type"] == "card" and methods.card_of(method).dispute == "ce3"


def _earlier(tx: Transaction, dispute: Thing, charge: Thing) -> list[Thing]:
    print_ = charge["payment_method_details"]["card"]["fingerprint"]
    return [one for one in tx.all("charge", status="succeeded") if _fits(one, print_, dispute["created"])]


def _fits(charge: Thing, fingerprint: str, opened: int) -> bool:
    card = charge["payment_method_details"].get("card") or {}
    age = opened // DAY - charge["created"] // DAY
    return bool(
        card.get("fingerprint") == fingerprint
        and charge["captured"]
        and not charge["disputed"]
        and YOUNGEST <= age <= OLDEST
    )


def take(tx: Transaction, dispute: Thing, given: Thing) -> None:
    """Keep `evidence[enhanced_evidence]`. Raises 400 where the dispute is not offered it or a charge does not serve."""
    if set(given) - {KEY, COMPLIANCE}:
        raise invalid(f"The sandbox takes {KEY} and {COMPLIANCE} only.", "evidence[enhanced_evidence]")
    if COMPLIANCE in given:
        _acknowledge(dispute, given[COMPLIANCE])
        return
    where = f"evidence[enhanced_evidence][{KEY}]"
    if KEY not in dispute["enhanced_eligibility_types"]:
        raise invalid("This dispute is not eligible for Visa Compelling Evidence 3.0.", where)
    new = given[KEY]
    earlier = new.get("prior_undisputed_transactions") or []
    for one in earlier:
        _check(tx, dispute, one["charge"], f"{where}[prior_undisputed_transactions]")
    kept: Thing = {
        "disputed_transaction": _transaction(new.get("disputed_transaction") or {}),
        "prior_undisputed_transactions": [{"charge": one["charge"], **_transaction(one)} for one in earlier],
    }
    kind = (new.get("disputed_transaction") or {}).get("merchandise_or_services") or None
    kept["disputed_transaction"]["merchandise_or_services"] = kind
    dispute["evidence"]["enhanced_evidence"] = {KEY: kept}
    judge(dispute)


def _acknowledge(dispute: Thing, given: Thing) -> None:
    if COMPLIANCE not in dispute["enhanced_eligibility_types"]:
        where = f"evidence[enhanced_evidence][{COMPLIANCE}]"
        raise invalid("This dispute is not a Visa compliance dispute.", where)
    dispute["evidence"]["enhanced_evidence"] = {COMPLIANCE: {"fee_acknowledged": given.get("fee_acknowledged", False)}}
    judge(dispute)


def lacks_acknowledgement(dispute: Thing) -> bool:
    """Whether evidence may not go to the bank yet."""
    found = dispute["evidence_details"]["enhanced_eligibility"].get(COMPLIANCE)
    return found is not None and found["status"] != "fee_acknowledged"


def _check(tx: Transaction, dispute: Thing, charge_id: str, where: str) -> None:
    charge = tx.require("charge", charge_id, where)
    disputed = tx.get(dispute["charge"])
    if charge["disputed"]:
        raise invalid(f"Charge {charge_id} was disputed itself.", where)
    print_ = disputed["payment_method_details"]["card"]["fingerprint"]
    if not is_test_card(tx, disputed) and not _fits(charge, print_, dispute["created"]):
        raise invalid(f"Charge {charge_id} is not a payment with this card 120 to 365 days before the dispute.", where)


def _transaction(given: Thing) -> Thing:
    address = given.get("shipping_address") or None
    kept: Thing = {name: given.get(name) or None for name in TEXTS}
    kept["shipping_address"] = {name: address.get(name) or None for name in ADDRESS} if address else None
    return kept


def judge(dispute: Thing) -> None:
    """What is still to be done, by what is written."""
    if dispute["enhanced_eligibility_types"] == [COMPLIANCE]:
        taken = ((dispute["evidence"]["enhanced_evidence"] or {}).get(COMPLIANCE) or {}).get("fee_acknowledged")
        status = "fee_acknowledged" if taken else "requires_fee_acknowledgement"
        dispute["evidence_details"]["enhanced_eligibility"] = {COMPLIANCE: {"status": status}}
        return
    written = (dispute["evidence"]["enhanced_evidence"] or {}).get(KEY) or {}
    mine, earlier = written.get("disputed_transaction") or {}, written.get("prior_undisputed_transactions") or []
    lacking = {
        "missing_customer_identifiers": not all(_identified(one) for one in (mine, *earlier)),
        "missing_disputed_transaction_description": not mine.get("product_description"),
        "missing_merchandise_or_services": not mine.get("merchandise_or_services"),
        "missing_prior_undisputed_transaction_description": not all(one["product_description"] for one in earlier),
        "missing_prior_undisputed_transactions": len(earlier) < 2,
    }
    actions = [name for name, is_so in lacking.items() if is_so]
    found = {"required_actions": actions, "status": "requires_action" if actions else "qualified"}
    dispute["evidence_details"]["enhanced_eligibility"] = {KEY: found}


def _identified(one: Thing) -> bool:
    """At least two of account, address, internet address and device, one of them of the last two."""
    traces = any(one.get(name) for name in TRACES)
    known = (
        bool(one.get("customer_account_id")),
        bool(one.get("shipping_address")),
        *(bool(one.get(name)) for name in TRACES),
    )
    return traces and sum(known) >= 2
