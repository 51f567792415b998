"""Which parameters of a new session go together, and how far they may go (STRIPE.md section 3)."""

from sandbox import rules
from sandbox.billing import sales
from sandbox.errors import exclusive, invalid, missing
from sandbox.resources import page_terms
from sandbox.transaction import Thing, Transaction

SHORTEST, LONGEST = 30 * 60, 24 * 3600
# What the SDK's types know and the sandbox does not act on yet: better refused than silently ignored.
_NOT_YET = ("adaptive_pricing", "customer_account", "managed_payments", "tax_id_collection")
_INTENT_LIMITS = {"description": 1000, "statement_descriptor": 22, "statement_descriptor_suffix": 22}


def check_terms(tx: Transaction, params: Thing) -> None:
    """Raise Stripe's 400 for parameters that do not go together."""
    _mode(params)
    _pages(params)
    page_terms.check(params)
    _customer(tx, params)
    _times(tx, params)
    _intent(params)
    _methods(params)
    _of_mode(tx, params)
    rules.no_longer_than(params, {"client_reference_id": 200})


# Parameters that go with one mode only (STRIPE.md section 3).
_MODES = {
    "after_expiration": ("payment", "subscription"),
    "payment_intent_data": ("payment",),
    "submit_type": ("payment",),
    "shipping_options": ("payment",),
    "customer_creation": ("payment", "setup"),
    "subscription_data": ("subscription",),
    "payment_method_collection": ("subscription",),
    "setup_intent_data": ("setup",),
    "line_items": ("payment", "subscription"),
    "optional_items": ("payment", "subscription"),
    "discounts": ("payment", "subscription"),
    "allow_promotion_codes": ("payment", "subscription"),
}


def _of_mode(tx: Transaction, params: Thing) -> None:
    mode = params["mode"]
    for name, modes in _MODES.items():
        if name in params and mode not in modes:
            raise invalid(f"You can not pass `{name}` in `{mode}` mode.", name)
    if mode != "setup" and not params.get("line_items"):
        raise missing("line_items")
    if params.get("discounts") and "allow_promotion_codes" in params:
        raise exclusive("discounts", "allow_promotion_codes")
    if len(params.get("discounts") or []) > 1:
        raise invalid("You may only specify one discount.", "discounts")
    data = params.get("subscription_data") or {}
    if "trial_end" in data and data["trial_end"] < tx.now + 48 * 3600:
        raise invalid("The `trial_end` date has to be at least 2 days in the future.", "subscription_data[trial_end]")
    for name in set(data) - {
        "billing_mode",
        "description",
        "metadata",
        "trial_end",
        "trial_period_days",
        "trial_settings",
    }:
        raise invalid(f"The sandbox does not offer subscription_data[{name}].", f"subscription_data[{name}]")


def _mode(params: Thing) -> None:
    if "mode" not in params:
        raise missing("mode")
    for name in _NOT_YET:
        if name in params:
            raise invalid(f"The sandbox does not offer {name} yet.", name)
    sales.check(params)
    if (params.get("automatic_tax") or {}).get("enabled") and params["mode"] == "setup":
        raise invalid("You can not use automatic tax in `setup` mode.", "automatic_tax[enabled]")


def _pages(params: Thing) -> None:
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise invalid(f"The sandbox does not offer ui_mode {params['ui_mode']}.", "ui_mode")
    if "return_url" in params:
        raise invalid("`return_url` cannot be used with `ui_mode: hosted_page`.", "return_url")
    if not params.get("success_url"):
        raise missing("success_url")
    for name in ("success_url", "cancel_url"):
        rules.sound_url(params.get(name), name)


def _customer(tx: Transaction, params: Thing) -> None:
    if "customer" in params and "customer_email" in params:
        raise exclusive("customer", "customer_email")
    if "customer" in params:
        tx.require("customer", params["customer"], "customer")
        if "customer_creation" in params:
            raise exclusive("customer", "customer_creation")
        learns_where = (params.get("customer_update") or {}).get("shipping") == "auto"
        if learns_where and "shipping_address_collection" not in params:
            message = "`customer_update[shipping]` can be `auto` only with `shipping_address_collection`."
            raise invalid(message, "customer_update[shipping]")
    elif "customer_update" in params:
        raise invalid("`customer_update` can only be used with `customer`.", "customer_update")
    rules.sound_email(params.get("customer_email"), "customer_email")


def _times(tx: Transaction, params: Thing) -> None:
    """Section 3, Times; a few seconds are allowed for clocks that differ."""
    ahead = params.get("expires_at", tx.now + LONGEST) - tx.now
    if ahead < SHORTEST - 5:
        raise invalid(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.", "expires_at"
        )
    if ahead > LONGEST + 5:
        raise invalid(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.", "expires_at"
        )


def _intent(params: Thing) -> None:
    given = params.get("payment_intent_data") or {}
    rules.no_longer_than(given, _INTENT_LIMITS, "payment_intent_data")
    rules.merged_metadata({}, given.get("metadata"), "payment_intent_data[metadata]")
    rules.sound_email(given.get("receipt_email"), "payment_intent_data[receipt_email]")
    rules.sound_descriptor(given.get("statement_descriptor_suffix"), "payment_intent_data[statement_descriptor_suffix]")
    for name in ("application_fee_amount", "on_behalf_of", "transfer_data"):
        if name in given:
            raise invalid("The sandbox has one account and no Connect.", f"payment_intent_data[{name}]")


def _methods(params: Thing) -> None:
    """Section 0 row 2: the ways of choosing payment methods exclude each other."""
    ways = ("allowed_payment_method_types", "excluded_payment_method_types", "payment_method_configuration")
    given = [name for name in ways if name in params]
    if len(given) > 1:
        raise exclusive(given[0], given[1])
