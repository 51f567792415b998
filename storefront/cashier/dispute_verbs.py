"""How the commands of a dispute are called at Stripe, and how their effect is recognised there."""

from datetime import timedelta
from typing import Any

from storefront.cashier import disputes_at_stripe
from storefront.cashier.gateway import Gateway
from storefront.cashier.till import Till
from storefront.evidence.answer import EvidenceFile, file_with
from storefront.payments.command import StripeCommand
from storefront.payments.dispute import TO_ANSWER

Json = dict[str, Any]


def with_content(till: Till, row: StripeCommand) -> Json:
    """The parameters of an upload, with the file's bytes: too large to be kept twice."""
    with till.sessions() as session:
        file = file_with(session, row.reference)
        content = session.get_one(EvidenceFile, file.id).content if file else b""
    return {**row.parameters, "content": content}


def upload(gateway: Gateway, parameters: Json, key: str) -> Json:
    """The file."""
    return disputes_at_stripe.upload(gateway, parameters["name"], parameters["content"], key)


def uploaded(gateway: Gateway, row: StripeCommand) -> Json | None:
    """The file of this name, if it is there: nobody else's is called so."""
    since = int((row.created_at - timedelta(minutes=5)).timestamp())
    return disputes_at_stripe.file_named(gateway, row.parameters["name"], since)


def send(gateway: Gateway, parameters: Json, key: str) -> Json:
    """The dispute, with its evidence staged or submitted."""
    rest = {name: value for name, value in parameters.items() if name != "dispute"}
    return disputes_at_stripe.update(gateway, parameters["dispute"], rest, key)


def sent(gateway: Gateway, row: StripeCommand) -> Json | None:
    """The dispute, if it carries this answer's mark."""
    dispute = disputes_at_stripe.dispute(gateway, row.parameters["dispute"])
    mine = (dispute.get("metadata") or {}).get("answer") == row.reference
    gone = not row.parameters["submit"] or dispute["status"] not in TO_ANSWER
    return dispute if mine and gone else None


def accept(gateway: Gateway, parameters: Json, key: str) -> Json:
    """The dispute, lost."""
    return disputes_at_stripe.close(gateway, parameters["dispute"], key)


def accepted(gateway: Gateway, row: StripeCommand) -> Json | None:
    """The dispute, if nobody can answer it any more."""
    dispute = disputes_at_stripe.dispute(gateway, row.parameters["dispute"])
    return dispute if dispute["status"] in ("lost", "warning_closed") else None
