"""Webhook endpoints; the secret is shown once, in the answer to create (STRIPE.md section 11)."""

import typing

from sandbox import ids, rules
from sandbox.errors import refused
from sandbox.transaction import API_VERSION, Thing, Transaction
from sandbox.wire.listing import listed
from sandbox.wire.routing import Call, route

MOST = 16
LONGEST_OVERLAP = 24 * 3600


def new_endpoint(
    tx: Transaction, url: str, events: list[str], secret: str | None = None, **fields: typing.Any
) -> Thing:
    """Write an endpoint; its secret is kept beside it."""
    endpoint = tx.new(
        "we",
        "webhook_endpoint",
        api_version=fields.get("api_version") or API_VERSION,
        application=None,
        description=fields.get("description") or None,
        enabled_events=events,
        metadata=rules.merged_metadata({}, fields.get("metadata")),
        status="enabled",
        url=url,
        _secret=secret or f"whsec_{ids.letters(32)}",
    )
    return tx.put(endpoint)


def roll(tx: Transaction, endpoint: Thing, seconds: int) -> str:
    """Give an endpoint a new secret and answer with it; the old one signs too for so many seconds."""
    kept = [old for old in endpoint.get("_old_secrets", []) if old["until"] > tx.now]
    endpoint["_old_secrets"] = [{"secret": endpoint["_secret"], "until": tx.now + seconds}, *kept]
    endpoint["_secret"] = f"whsec_{ids.letters(32)}"
    tx.put(endpoint)
    return str(endpoint["_secret"])


@route("POST", "/v1/webhook_endpoints", "WebhookEndpointCreateParams")
def create(call: Call) -> Thing:
    params = call.params
    rules.sound_url(params["url"], "url")
    if len(call.tx.all("webhook_endpoint")) >= MOST:
        raise refused(f"You have reached the maximum of {MOST} test webhook endpoints.")
    extra = {name: params.get(name) for name in ("api_version", "description", "metadata")}
    endpoint = new_endpoint(call.tx, params["url"], params["enabled_events"], **extra)
    return endpoint | {"secret": endpoint["_secret"]}


@route("GET", "/v1/webhook_endpoints/<id>", "WebhookEndpointRetrieveParams")
def retrieve(call: Call) -> Thing:
    return call.tx.require("webhook_endpoint", call.ids["id"], noun="webhook endpoint")


@route("POST", "/v1/webhook_endpoints/<id>", "WebhookEndpointUpdateParams")
def update(call: Call) -> Thing:
    params = call.params
    endpoint = call.tx.require("webhook_endpoint", call.ids["id"], noun="webhook endpoint")
    rules.sound_url(params.get("url"), "url")
    endpoint["metadata"] = rules.merged_metadata(endpoint["metadata"], params.get("metadata"))
    for name in ("url", "enabled_events"):
        endpoint[name] = params.get(name, endpoint[name])
    if "description" in params:
        endpoint["description"] = params["description"] or None
    if "disabled" in params:
        endpoint["status"] = "disabled" if params["disabled"] else "enabled"
    return call.tx.put(endpoint)


@route("DELETE", "/v1/webhook_endpoints/<id>", "WebhookEndpointDeleteParams")
def delete(call: Call) -> Thing:
    endpoint = call.tx.require("webhook_endpoint", call.ids["id"], noun="webhook endpoint")
    call.tx.drop(endpoint)
    return {"id": endpoint["id"], "object": "webhook_endpoint", "deleted": True}


@route("GET", "/v1/webhook_endpoints", "WebhookEndpointListParams")
def listing(call: Call) -> Thing:
    return listed(call, "webhook_endpoint")
