"""Payment links: an address that begins a Checkout Session for whoever opens it (docs payment-links)."""

from typing import Any

from sandbox import ids, rules
from sandbox.billing import sales
from sandbox.errors import invalid
from sandbox.resources import checkout_sessions, line_items, page_terms
from sandbox.transaction import Thing, Transaction, public
from sandbox.wire.expanding import includable
from sandbox.wire.listing import envelope, listed, paged
from sandbox.wire.routing import Call, route

# What goes on to each session as it is.
_PASSED = (
    "allow_promotion_codes", "automatic_tax", "billing_address_collection", "customer_creation", "invoice_creation", "line_items",
    "metadata",
    "name_collection", "optional_items", "payment_intent_data", "payment_method_collection", "phone_number_collection",
    "shipping_address_collection", "submit_type", "subscription_data",
)  # fmt: skip
_OWN = ("active", "after_completion", "inactive_message")
_INTENT = ("capture_method", "description", "setup_future_usage", "statement_descriptor", "statement_descriptor_suffix",
           "transfer_group")  # fmt: skip


@route("POST", "/v1/payment_links", "PaymentLinkCreateParams")
def create(call: Call) -> Thing:
    tx, params = call.tx, call.params
    _check(params)
    link = tx.new("plink", "payment_link", active=True)
    del link["created"]
    link["url"] = f"{tx.site}/l/{ids.letters(24)}"
    link["_passed"] = {name: params[name] for name in _PASSED if name in params}
    recurring = _recurring(tx, params["line_items"])
    link["_mode"] = "subscription" if recurring else "payment"
    link["_line_items"] = line_items.made(tx, params["line_items"], link["_mode"])
    link |= _shown(params, link) | _own(params)
    link["optional_items"] = begun(tx, link, tried=True)["optional_items"]
    tx.put(link)
    tx.tell("payment_link.created", link)
    return link


def _check(params: Thing) -> None:
    for name in sorted(set(params) - set(_PASSED) - set(_OWN)):
        raise invalid(f"The sandbox does not offer {name} on payment links.", name)


def _recurring(tx: Transaction, given: list[Any]) -> bool:
    prices = [tx.find(one.get("price")) for one in given]
    return any(one and one.get("recurring") for one in prices) or any(
        (one.get("price_data") or {}).get("recurring") for one in given
    )


def _own(params: Thing) -> Thing:
    made: Thing = {name: params[name] or None for name in ("inactive_message",) if name in params}
    if "active" in params:
        made["active"] = params["active"]
    after = params.get("after_completion") or {"type": "hosted_confirmation"}
    if "after_completion" in params or "active" not in params:
        made["after_completion"] = {"type": after["type"]}
        if after["type"] == "redirect":
            rules.sound_url((after.get("redirect") or {}).get("url"), "after_completion[redirect][url]")
            made["after_completion"]["redirect"] = after["redirect"]
        else:
            message = (after.get("hosted_confirmation") or {}).get("custom_message") or None
            made["after_completion"]["hosted_confirmation"] = {"custom_message": message}
    return made


def _shown(params: Thing, link: Thing) -> Thing:
    """A link's fields as Stripe shows them."""
    taxed = bool((params.get("automatic_tax") or {}).get("enabled"))
    empty = ("application", "application_fee_amount", "application_fee_percent", "consent_collection", "inactive_message",
             "on_behalf_of", "payment_method_types", "restrictions", "transfer_data")  # fmt: skip
    names = page_terms.made(params).get("name_collection")
    return dict.fromkeys(empty) | ({"name_collection": names} if names else {}) | {
        "allow_promotion_codes": params.get("allow_promotion_codes", False),
        "automatic_tax": {"enabled": taxed, "liability": {"type": "self"} if taxed else None},
        "billing_address_collection": params.get("billing_address_collection", "auto"),
        "currency": link["_line_items"][0]["currency"],
        "custom_fields": [],
        "custom_text": dict.fromkeys(("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")),
        "customer_creation": params.get("customer_creation", "if_required"),
        "invoice_creation": params.get("invoice_creation") and sales.settings(params["invoice_creation"]),
        "metadata": rules.merged_metadata({}, params.get("metadata")),
        "payment_intent_data": _intent(params.get("payment_intent_data")),
        "payment_method_collection": params.get("payment_method_collection", "always"),
        "phone_number_collection": {"enabled": bool((params.get("phone_number_collection") or {}).get("enabled"))},
        "shipping_address_collection": params.get("shipping_address_collection"),
        "shipping_options": [],
        "submit_type": params.get("submit_type", "auto"),
        "subscription_data": _subscription(params.get("subscription_data")),
        "tax_id_collection": {"enabled": False, "required": "never"},
    }  # fmt: skip


def _intent(given: Thing | None) -> Thing | None:
    return given and {name: given.get(name) for name in _INTENT} | {"metadata": dict(given.get("metadata") or {})}


def _subscription(given: Thing | None) -> Thing | None:
    return given and {
        "description": given.get("description"),
        "invoice_settings": {"issuer": {"type": "self"}},
        "metadata": dict(given.get("metadata") or {}),
        "trial_period_days": given.get("trial_period_days"),
        "trial_settings": given.get("trial_settings"),
    }


def begun(tx: Transaction, link: Thing, *, tried: bool = False) -> Thing:
    """A new session of a link. `tried` makes one and forgets it: what a session refuses is refused to the link."""
    after = link["after_completion"]
    thanks = (
        after["redirect"]["url"]
        if after["type"] == "redirect"
        else f"{link['url']}/thanks?session={{CHECKOUT_SESSION_ID}}"
    )
    params = link["_passed"] | {"mode": link["_mode"], "success_url": thanks}
    if tried:
        with tx.trying():
            return checkout_sessions.create(Call(tx, dict(params)))
    session = checkout_sessions.create(Call(tx, dict(params)))
    session["payment_link"] = link["id"]
    return tx.put(session)


def _link(call: Call) -> Thing:
    return call.tx.require("payment_link", call.ids["id"], noun="payment link")


@route("GET", "/v1/payment_links/<id>", "PaymentLinkRetrieveParams")
def retrieve(call: Call) -> Thing:
    return _link(call)


@route("POST", "/v1/payment_links/<id>", "PaymentLinkUpdateParams")
def update(call: Call) -> Thing:
    """Whether it works, what its end says, and metadata; for other goods there are other links."""
    tx, params, link = call.tx, call.params, _link(call)
    for name in sorted(set(params) - {*_OWN, "metadata"}):
        raise invalid(f"The sandbox does not change {name} of payment links.", name)
    before = dict(link)
    link["metadata"] = rules.merged_metadata(link["metadata"], params.get("metadata"))
    link["_passed"] = link["_passed"] | {"metadata": link["metadata"]}
    link |= _own({"active": link["active"]} | params)
    tx.put(link)
    tx.tell("payment_link.updated", link, {name: value for name, value in before.items() if link[name] != value})
    return link


@route("GET", "/v1/payment_links", "PaymentLinkListParams")
def listing(call: Call) -> Thing:
    page = listed(call, "payment_link", "active")
    page["data"] = [public(one) for one in page["data"]]
    return page


@route("GET", "/v1/payment_links/<id>/line_items", "PaymentLinkLineItemListParams")
def list_line_items(call: Call) -> Thing:
    return paged(call, _link(call)["_line_items"])


@includable("payment_link", "line_items")
def included(tx: Transaction, link: Thing) -> Thing:
    items = tx.get(link["id"])["_line_items"]
    return envelope(items[:10], f"/v1/payment_links/{link['id']}/line_items", len(items) > 10)
