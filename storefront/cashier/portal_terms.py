"""What Stripe's customer portal offers: this store's configuration of it, made once and kept up with the plans on sale."""

import hashlib
import json
from typing import Any

from storefront.cashier.customers import create_portal, portals, update_portal
from storefront.cashier.gateway import Gateway
from storefront.cashier.offering import offered_plans
from storefront.cashier.till import Till
from storefront.settings import Settings
from storefront.store.store import store_of

Json = dict[str, Any]


def portal_for(till: Till) -> str:
    """The id of this store's configuration; empty where there is none, so that Stripe's default is used. Raises GatewayError."""
    found = _of_this_store(till.gateway, till.settings)
    return str(found["id"]) if found else ""


def mend_portal(till: Till) -> tuple[str, str]:
    """Make the configuration, or bring it up to the plans on sale. Returns its id and what was done. Raises GatewayError."""
    with till.sessions() as session:
        name = store_of(session, till.settings).name
    wanted = _wanted(till.settings, name, offered_plans(till))
    terms = hashlib.sha256(json.dumps(wanted, sort_keys=True).encode()).hexdigest()[:20]
    parameters = {**wanted, "metadata": {"store": till.settings.store_id, "terms": terms}}
    found = _of_this_store(till.gateway, till.settings)
    if found is None:
        key = f"portal_{till.settings.store_id}_{terms}"
        return str(create_portal(till.gateway, parameters, key)["id"]), "made"
    if found["metadata"].get("terms") == terms:
        return str(found["id"]), "kept"
    return str(update_portal(till.gateway, found["id"], parameters)["id"]), "mended"


def _of_this_store(gateway: Gateway, settings: Settings) -> Json | None:
    active = (one for one in portals(gateway) if one["active"])
    return next((one for one in active if (one.get("metadata") or {}).get("store") == settings.store_id), None)


def _wanted(settings: Settings, name: str, plans: list[Json]) -> Json:
    change: Json = {"enabled": False}
    if len(plans) > 1:
        change = {
            "enabled": True,
            "default_allowed_updates": ["price"],
            "products": plans,
            "proration_behavior": "create_prorations",
            "trial_update_behavior": "continue_trial",
        }
    return {
        "business_profile": {"headline": name[:60]},
        "default_return_url": f"{settings.site_url}/account/subscriptions",
        "features": {
            "customer_update": {"enabled": True, "allowed_updates": ["address", "name", "phone"]},
            "invoice_history": {"enabled": True},
            "payment_method_update": {"enabled": True},
            "subscription_cancel": {
                "enabled": True,
                "mode": "at_period_end",
                "cancellation_reason": {"enabled": True, "options": _REASONS},
            },
            "subscription_pause": {"enabled": True, "duration": {"type": "indefinite"}},
            "subscription_update": change,
        },
    }


_REASONS = ["too_expensive", "missing_features", "switched_service", "unused", "customer_service", "too_complex",
            "low_quality", "other"]  # fmt: skip
