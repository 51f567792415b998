"""Configurations of the customer portal (STRIPE.md section 9)."""

from typing import Any

from sandbox import rules
from sandbox.transaction import Thing, Transaction
from sandbox.wire.listing import listed
from sandbox.wire.routing import Call, route

NOUN = "configuration"


def _features(given: Any) -> Thing:
    given = given or {}
    cancel = given.get("subscription_cancel") or {}
    change = given.get("subscription_update") or {}
    update = given.get("customer_update") or {}
    reason = cancel.get("cancellation_reason") or {}
    at_end = change.get("schedule_at_period_end") or {}
    return {
        "customer_update": {
            "allowed_updates": update.get("allowed_updates") or [],
            "enabled": update.get("enabled", False),
        },
        "invoice_history": {"enabled": (given.get("invoice_history") or {}).get("enabled", False)},
        "payment_method_update": {
            "enabled": (given.get("payment_method_update") or {}).get("enabled", False),
            "payment_method_configuration": None,
        },
        "subscription_cancel": {
            "cancellation_reason": {
                "enabled": reason.get("enabled", False),
                "options": reason.get("options") or ["too_expensive", "unused", "other"],
            },
            "enabled": cancel.get("enabled", False),
            "mode": cancel.get("mode", "at_period_end"),
            "proration_behavior": cancel.get("proration_behavior", "none"),
        },
        "subscription_pause": _pause(given.get("subscription_pause") or {}),
        "subscription_update": {
            "billing_cycle_anchor": change.get("billing_cycle_anchor"),
            "default_allowed_updates": change.get("default_allowed_updates") or [],
            "enabled": change.get("enabled", False),
            "products": [_product(one) for one in change.get("products") or []],
            "proration_behavior": change.get("proration_behavior", "none"),
            "schedule_at_period_end": {"conditions": at_end.get("conditions") or []},
            "trial_update_behavior": change.get("trial_update_behavior", "end_trial"),
        },
    }


def _merged(old: Thing, new: Thing) -> Thing:
    """What an update says, and of every feature what it leaves unsaid."""
    both = {
        name: _merged(old[name], value) if isinstance(value, dict) and isinstance(old.get(name), dict) else value
        for name, value in new.items()
    }
    return old | both


def _pause(given: Any) -> Thing:
    duration = given.get("duration") or {}
    return {
        "duration": {
            "interval_options": [
                {"interval": one["interval"], "interval_count": one.get("interval_count", 1)}
                for one in duration.get("interval_options") or []
            ],
            "type": duration.get("type", "indefinite"),
        },
        "enabled": given.get("enabled", False),
    }


def _product(given: Any) -> Thing:
    adjustable = given.get("adjustable_quantity") or {"enabled": False}
    return {
        "adjustable_quantity": {
            "enabled": adjustable["enabled"],
            "maximum": adjustable.get("maximum"),
            "minimum": adjustable.get("minimum", 1),
        },
        "prices": given["prices"],
        "product": given["product"],
    }


@route("POST", "/v1/billing_portal/configurations", "billing_portal.ConfigurationCreateParams")
def create(call: Call) -> Thing:
    rules.sound_url(call.params.get("default_return_url") or None, "default_return_url")
    return _made(call.tx, call.params)


def default(tx: Transaction) -> Thing:
    """What an account begins with, if it begins with one (section 9, M): everything but changes of plan and pauses."""
    on: Thing = {"enabled": True}
    features = dict.fromkeys(("invoice_history", "payment_method_update", "subscription_cancel"), on)
    address = {"enabled": True, "allowed_updates": ["email", "address", "name"]}
    return _made(tx, {"features": features | {"customer_update": address}})


def _made(tx: Transaction, params: Thing) -> Thing:
    profile = params.get("business_profile") or {}
    login = params.get("login_page") or {}
    configuration = tx.new(
        "bpc",
        "billing_portal.configuration",
        active=True,
        application=None,
        business_profile={
            "headline": profile.get("headline") or None,
            "privacy_policy_url": profile.get("privacy_policy_url"),
            "terms_of_service_url": profile.get("terms_of_service_url"),
        },
        default_return_url=params.get("default_return_url") or None,
        features=_features(params["features"]),
        is_default=not tx.all("billing_portal.configuration"),
        metadata=rules.merged_metadata({}, params.get("metadata")),
        name=params.get("name") or None,
        updated=tx.now,
    )
    enabled = login.get("enabled", False)
    configuration["login_page"] = {
        "enabled": enabled,
        "url": f"{tx.site}/p/login/{configuration['id']}" if enabled else None,
    }
    tx.put(configuration)
    tx.tell("billing_portal.configuration.created", configuration)
    return configuration


@route("GET", "/v1/billing_portal/configurations/<id>", "billing_portal.ConfigurationRetrieveParams")
def retrieve(call: Call) -> Thing:
    return call.tx.require("billing_portal.configuration", call.ids["id"], noun=NOUN)


@route("POST", "/v1/billing_portal/configurations/<id>", "billing_portal.ConfigurationUpdateParams")
def update(call: Call) -> Thing:
    tx, params = call.tx, call.params
    configuration = tx.require("billing_portal.configuration", call.ids["id"], noun=NOUN)
    configuration["metadata"] = rules.merged_metadata(configuration["metadata"], params.get("metadata"))
    for name in ("active", "default_return_url", "name"):
        if name in params:
            configuration[name] = params[name] if params[name] != "" else None
    if "features" in params:
        configuration["features"] = _features(_merged(configuration["features"], params["features"]))
    if "business_profile" in params:
        configuration["business_profile"] |= {name: value or None for name, value in params["business_profile"].items()}
    configuration["updated"] = tx.now
    tx.put(configuration)
    tx.tell("billing_portal.configuration.updated", configuration, {"updated": configuration["created"]})
    return configuration


@route("GET", "/v1/billing_portal/configurations", "billing_portal.ConfigurationListParams")
def listing(call: Call) -> Thing:
    return listed(call, "billing_portal.configuration", "active", "is_default")
