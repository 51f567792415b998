"""Early fraud warnings, read only (STRIPE.md section 7, EFW)."""

from sandbox.transaction import Thing
from sandbox.wire.listing import listed
from sandbox.wire.routing import Call, route


@route("GET", "/v1/radar/early_fraud_warnings/<id>", "radar.EarlyFraudWarningRetrieveParams")
def retrieve(call: Call) -> Thing:
    return call.tx.require("radar.early_fraud_warning", call.ids["id"], noun="early fraud warning")


@route("GET", "/v1/radar/early_fraud_warnings", "radar.EarlyFraudWarningListParams")
def listing(call: Call) -> Thing:
    return listed(call, "radar.early_fraud_warning", "charge", "payment_intent")
