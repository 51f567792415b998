"""Disputes: evidence staged and submitted, or accepted (STRIPE.md section 7)."""

from typing import Any

from sandbox import rules
from sandbox.errors import invalid, refused
from sandbox.paying import compelling, disputing
from sandbox.transaction import Thing, Transaction
from sandbox.wire.listing import listed
from sandbox.wire.routing import Call, route

MOST_CHARACTERS = 150_000
# The SDK's docstrings: most texts hold 20,000 characters each.
MOST_EACH = 20_000


@route("GET", "/v1/disputes/<id>", "DisputeRetrieveParams")
def retrieve(call: Call) -> Thing:
    return call.tx.require("dispute", call.ids["id"])


@route("POST", "/v1/disputes/<id>", "DisputeUpdateParams")
def update(call: Call) -> Thing:
    tx, params = call.tx, call.params
    dispute = tx.require("dispute", call.ids["id"])
    if dispute["status"] in disputing.CLOSED:
        raise refused("This dispute is already closed")
    if "evidence" in params and dispute["status"].endswith("under_review"):
        raise refused("This dispute's evidence has already been submitted.")
    previous = {"metadata": dispute["metadata"]}
    dispute["metadata"] = rules.merged_metadata(dispute["metadata"], params.get("metadata"))
    if "evidence" in params:
        previous["evidence"] = dict(dispute["evidence"])
        _take(tx, dispute, params["evidence"])
    if "intended_submission_method" in params:
        dispute["intended_submission_method"] = params["intended_submission_method"]
    tx.put(dispute)
    if _submits(dispute, params):
        if compelling.lacks_acknowledgement(dispute):
            message = "To submit evidence for this compliance dispute, acknowledge its network fee first."
            raise refused(message, "evidence[enhanced_evidence][visa_compliance][fee_acknowledged]")
        disputing.submit(tx, dispute)
    else:
        tx.tell("charge.dispute.updated", dispute, previous)
    return dispute


def _submits(dispute: Thing, params: Thing) -> bool:
    """Evidence goes to the bank unless `submit` is false; staged evidence goes by `submit` alone."""
    if dispute["status"] not in disputing.OPEN or not dispute["evidence_details"]["has_evidence"]:
        return False
    return bool(params.get("submit", "evidence" in params))


def _take(tx: Transaction, dispute: Thing, given: Any) -> None:
    if given == "":
        return
    if given.get("appeal"):
        raise invalid("The sandbox does not offer appeal.", "evidence[appeal]")
    if given.get("enhanced_evidence"):
        compelling.take(tx, dispute, given["enhanced_evidence"])
    rules.no_longer_than(given, dict.fromkeys(disputing.TEXTS, MOST_EACH), "evidence")
    for name in disputing.FILES & set(given):
        _check_file(tx, given[name], f"evidence[{name}]")
    evidence = dispute["evidence"]
    known = disputing.FILES | disputing.TEXTS
    evidence |= {name: value or None for name, value in given.items() if name in known}
    if sum(len(evidence[name] or "") for name in disputing.TEXTS) > MOST_CHARACTERS:
        message = (
            f"The combined character count of your evidence exceeds the maximum of {MOST_CHARACTERS:,} characters."
        )
        raise invalid(message, "evidence")
    dispute["evidence_details"]["has_evidence"] = any(evidence[name] for name in known)


def _check_file(tx: Transaction, file_id: str, param: str) -> None:
    if not file_id:
        return
    file = tx.require("file", file_id, param, "file upload")
    if file["purpose"] not in ("dispute_evidence", "customer_signature"):
        raise invalid(f"The file {file_id} has the purpose {file['purpose']}; it must be dispute_evidence.", param)


@route("POST", "/v1/disputes/<id>/close", "DisputeCloseParams")
def close(call: Call) -> Thing:
    """Accepting: the money is lost at once, and for good."""
    dispute = call.tx.require("dispute", call.ids["id"])
    if dispute["status"] not in disputing.OPEN:
        raise refused("This dispute is already closed" if dispute["status"] in disputing.CLOSED else
                      "This dispute cannot be closed while the bank reviews it.")  # fmt: skip
    disputing.decide(call.tx, dispute, "lost")
    return dispute


@route("GET", "/v1/disputes", "DisputeListParams")
def listing(call: Call) -> Thing:
    return listed(call, "dispute", "charge", "payment_intent")
