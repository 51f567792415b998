"""Calls to Stripe about disputes, evidence files and early fraud warnings."""

from io import BytesIO
from typing import Any, cast

from storefront.cashier.gateway import Gateway

Json = dict[str, Any]


def dispute(gateway: Gateway, dispute_id: str) -> Json:
    """The dispute with its balance transactions, as it is now."""
    return gateway.ask(lambda client: client.v1.disputes.retrieve(dispute_id))


def fraud_warning(gateway: Gateway, warning_id: str) -> Json:
    """The early fraud warning as it is now."""
    return gateway.ask(lambda client: client.v1.radar.early_fraud_warnings.retrieve(warning_id))


def update(gateway: Gateway, dispute_id: str, parameters: Json, key: str) -> Json:
    """The dispute, with evidence staged (`submit` false) or gone to the bank."""
    sent = cast("Any", parameters)
    return gateway.ask(lambda client: client.v1.disputes.update(dispute_id, sent, {"idempotency_key": key}))


def close(gateway: Gateway, dispute_id: str, key: str) -> Json:
    """The dispute, accepted: lost at once."""
    return gateway.ask(lambda client: client.v1.disputes.close(dispute_id, {}, {"idempotency_key": key}))


def upload(gateway: Gateway, name: str, content: bytes, key: str) -> Json:
    """The new file of evidence."""
    file = BytesIO(content)
    file.name = name
    sent = cast("Any", {"file": file, "purpose": "dispute_evidence"})
    return gateway.ask(lambda client: client.v1.files.create(sent, {"idempotency_key": key}))


def file_named(gateway: Gateway, name: str, since: int) -> Json | None:
    """The file of evidence with this name that was made after `since`, in seconds of 1970."""
    wanted = cast("Any", {"purpose": "dispute_evidence", "created": {"gte": since}, "limit": 100})
    listed = gateway.ask(lambda client: client.v1.files.list(wanted))["data"]
    return next((one for one in listed if one.get("filename") == name), None)
