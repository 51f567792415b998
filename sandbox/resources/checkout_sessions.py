"""Checkout Sessions in payment mode (STRIPE.md section 3)."""

from typing import Any

from sandbox import rules
from sandbox.billing import sales
from sandbox.errors import exclusive, invalid, refused
from sandbox.paying import discounting, recovering, sessions, setups, taxing
from sandbox.resources import custom_fields, line_items, page_terms
from sandbox.resources.session_terms import check_terms
from sandbox.resources.shipping_rates import new_rate
from sandbox.transaction import Thing, Transaction, public
from sandbox.wire.expanding import includable
from sandbox.wire.listing import envelope, listed, paged
from sandbox.wire.routing import Call, route

NOUN = "checkout session"
_COPIED = (
    "allow_promotion_codes",
    "billing_address_collection",
    "cancel_url",
    "client_reference_id",
    "consent_collection",
    "locale",
    "origin_context",
    "submit_type",
    "success_url",
    "integration_identifier",
)


@route("POST", "/v1/checkout/sessions", "checkout.SessionCreateParams")
def create(call: Call) -> Thing:
    tx, params = call.tx, call.params
    check_terms(tx, params)
    mode = params["mode"]
    items = line_items.made(tx, params["line_items"], mode) if mode != "setup" else []
    offers = line_items.offered(tx, params.get("optional_items") or [], items, mode)
    currency = items[0]["currency"] if items else params.get("currency")
    if params.get("subscription_data", {}).keys() & {"trial_period_days", "trial_end"}:
        _free_today(items)
    options = shipping_options(tx, params.get("shipping_options") or [], currency or "")
    session = _blank(tx, params, currency or "")
    if mode == "setup":
        session |= {"currency": currency, "payment_status": "no_payment_required"}
        _prepare_setup(tx, session, params.get("setup_intent_data") or {})
    _give_discount(tx, session, params.get("discounts") or [])
    session |= {
        "shipping_options": options,
        "_rate_behaviors": _behaviors(tx, options),
        "optional_items": [_offer(one) for one in offers] or None,
        "_line_items": items,
        # What the buyer may add; `taken` is the id of the line item that it has become.
        "_offers": [{"item": one, "taken": None} for one in offers],
        "_intent": dict(params.get("payment_intent_data") or {}),
        "_subscription_data": dict(params.get("subscription_data") or {}),
    }
    sessions.add_up(session)
    check_total(tx, session)
    if session["amount_total"] and mode == "payment" and tx.variants["session_intent"] == "at_once":
        sessions.intent_of(tx, session)
    tx.put(session)
    tx.schedule(session["expires_at"], "expire_session", session["id"])
    return session


def _free_today(items: list[Thing]) -> None:
    """In a trial the recurring items cost nothing yet."""
    for item in items:
        if item["price"]["recurring"]:
            item |= {"amount_subtotal": 0, "amount_total": 0}


def _offer(item: Thing) -> Thing:
    return {name: item[name] for name in ("adjustable_quantity", "quantity")} | {"price": item["price"]["id"]}


def _prepare_setup(tx: Transaction, session: Thing, given: Thing) -> None:
    metadata = rules.merged_metadata({}, given.get("metadata"), "setup_intent_data[metadata]")
    known: Thing = {"customer": session["customer"], "description": given.get("description"), "metadata": metadata}
    session["setup_intent"] = setups.made(tx, **known, _session=session["id"])["id"]


def _give_discount(tx: Transaction, session: Thing, given: list[Any]) -> None:
    """The shop's own discount; a coupon, or a promotion code that stands for one."""
    if not given:
        return
    code = None
    if given[0].get("promotion_code"):
        code = tx.require(
            "promotion_code", given[0]["promotion_code"], "discounts[0][promotion_code]", "promotion code"
        )
    name = code["promotion"]["coupon"] if code else given[0].get("coupon")
    coupon = tx.require("coupon", str(name), "discounts[0][coupon]")
    if not discounting.usable(tx, coupon):
        raise refused(f"Coupon {coupon['id']} is used up or out of date.", "discounts[0][coupon]")
    session["discounts"] = [{"coupon": None if code else coupon["id"], "promotion_code": code["id"] if code else None}]
    session["_coupon"] = public(coupon)


def _blank(tx: Transaction, params: Thing, currency: str) -> Thing:
    session = tx.new("cs", "checkout.session")
    session |= {name: params.get(name) for name in _COPIED}
    return session | {
        "adaptive_pricing": {"enabled": False},
        "after_expiration": recovering.settings(params.get("after_expiration")),
        "allowed_payment_method_types": params.get("allowed_payment_method_types"),
        "automatic_tax": taxing.settings(params.get("automatic_tax")),
        "client_secret": None,  # nosec B105 - a field, empty here
        "collected_information": None,
        "consent": None,
        "currency": currency,
        "currency_conversion": None,
        "custom_fields": custom_fields.made(params.get("custom_fields") or []),
        "custom_text": _custom_text(params.get("custom_text") or {}),
        "customer": params.get("customer"),
        "customer_account": None,
        "customer_creation": _creation(params),
        "customer_details": _known_details(tx, params),
        "customer_email": params.get("customer_email"),
        "discounts": [],
        "expires_at": params.get("expires_at", tx.now + 86400),
        "invoice": None,
        "invoice_creation": sales.settings(params.get("invoice_creation")),
        "metadata": rules.merged_metadata({}, params.get("metadata")),
        "mode": params["mode"],
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": params.get("payment_method_collection", "always"),
        "payment_method_configuration_details": None,
        "payment_method_options": _method_options(params.get("payment_method_options") or {}),
        "payment_method_types": sessions.method_types(params, currency, tx.variants["dynamic_methods"]),
        "payment_status": "unpaid",
        "permissions": None,
        "phone_number_collection": {"enabled": (params.get("phone_number_collection") or {}).get("enabled", False)},
        "recovered_from": None,
        "saved_payment_method_options": _saved_options(params.get("saved_payment_method_options")),
        "setup_intent": None,
        "shipping_address_collection": params.get("shipping_address_collection"),
        "shipping_cost": None,
        "status": "open",
        "subscription": None,
        "ui_mode": "hosted_page",
        "url": f"{tx.site}/c/{session['id']}",
        "_customer_update": dict(params.get("customer_update") or {}),
        "_expires_by": "clock",
        "_rate_behaviors": {},
        "_tax_address": _tax_address(tx, params),
        **page_terms.made(params),
    }


def _tax_address(tx: Transaction, params: Thing) -> Thing | None:
    """Where a known customer lives. Raises Stripe's 400 where tax is wanted and the page may not ask."""
    customer = tx.find(params.get("customer"))
    if customer is None or not (params.get("automatic_tax") or {}).get("enabled"):
        return None
    address = (customer["shipping"] or {}).get("address") or customer["address"]
    asks = "auto" in (params.get("customer_update") or {}).values()
    if not asks and not (address and address["country"]):
        message = (
            "Automatic tax calculation in Checkout requires a valid address on the Customer. Add a valid address to "
            "the Customer or set either `customer_update[address]` to 'auto' or `customer_update[shipping]` to 'auto' "
            "to save the address entered in Checkout to the Customer."
        )
        raise invalid(message, "customer", "customer_tax_location_invalid")
    return dict(address) if address else None


def _behaviors(tx: Transaction, options: list[Thing]) -> Thing:
    """tax_behavior by shipping rate."""
    return {one["shipping_rate"]: tx.get(one["shipping_rate"])["tax_behavior"] for one in options}


def _creation(params: Thing) -> str | None:
    if params.get("customer"):
        return None
    return "always" if params["mode"] == "subscription" else str(params.get("customer_creation", "if_required"))


def _saved_options(given: Thing | None) -> Thing | None:
    if given is None:
        return None
    return {
        "allow_redisplay_filters": given.get("allow_redisplay_filters", ["always"]),
        "payment_method_remove": given.get("payment_method_remove", "disabled"),
        "payment_method_save": given.get("payment_method_save", "disabled"),
    }


def _custom_text(given: Thing) -> Thing:
    names = ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
    return {name: given.get(name) or None for name in names}


def _method_options(given: Thing) -> Thing:
    options = {name: dict(value) for name, value in given.items()}
    options["card"] = {"request_three_d_secure": "automatic"} | options.get("card", {})
    return options


def _known_details(tx: Transaction, params: Thing) -> Thing | None:
    """Before the buyer has said anything: the customer's or the given e-mail, if any (Q: null otherwise)."""
    customer = tx.find(params.get("customer"))
    email = customer["email"] if customer else params.get("customer_email")
    return sessions.details(email=email) if email else None


def shipping_options(tx: Transaction, given: list[Any], currency: str) -> list[Thing]:
    """At most five, each an existing rate or data for one, in the session's currency."""
    if len(given) > 5:
        raise invalid("You may only specify up to 5 shipping options.", "shipping_options")
    return [_option(tx, one, f"shipping_options[{place}]", currency) for place, one in enumerate(given)]


def _option(tx: Transaction, given: Thing, within: str, currency: str) -> Thing:
    if ("shipping_rate" in given) == ("shipping_rate_data" in given):
        raise exclusive(f"{within}[shipping_rate]", f"{within}[shipping_rate_data]")
    if "shipping_rate" in given:
        rate = tx.require("shipping_rate", given["shipping_rate"], f"{within}[shipping_rate]", "shipping rate")
    else:
        rate = new_rate(tx, given["shipping_rate_data"], f"{within}[shipping_rate_data]")
    if rate["fixed_amount"]["currency"] != currency:
        message = f"The shipping rate's currency must be that of the line items ({currency})."
        raise invalid(message, within)
    return {"shipping_amount": rate["fixed_amount"]["amount"], "shipping_rate": rate["id"]}


def check_total(tx: Transaction, session: Thing) -> None:
    if session["amount_total"] and session["mode"] == "payment":
        bounded = tx.variants["smallest_amounts"] == "enforced"
        rules.chargeable(session["amount_total"], session["currency"], "line_items", bounded=bounded)


@includable("checkout.session", "line_items")
def included_items(tx: Transaction, session: Thing) -> Thing:
    items = tx.get(session["id"])["_line_items"]
    return envelope(items[:10], f"/v1/checkout/sessions/{session['id']}/line_items", len(items) > 10)


@route("GET", "/v1/checkout/sessions/<id>", "checkout.SessionRetrieveParams")
def retrieve(call: Call) -> Thing:
    return call.tx.require("checkout.session", call.ids["id"], noun=NOUN)


@route("GET", "/v1/checkout/sessions/<id>/line_items", "checkout.SessionLineItemListParams")
def list_line_items(call: Call) -> Thing:
    session = call.tx.require("checkout.session", call.ids["id"], noun=NOUN)
    return paged(call, session["_line_items"])


@route("POST", "/v1/checkout/sessions/<id>", "checkout.SessionUpdateParams")
def update(call: Call) -> Thing:
    tx, params = call.tx, call.params
    session = tx.require("checkout.session", call.ids["id"], noun=NOUN)
    changing = set(params) - {"metadata"}
    if changing - {"shipping_options", "line_items"}:
        raise invalid("The sandbox updates metadata, line_items and shipping_options only.", min(changing))
    if changing and session["status"] != "open":
        raise refused(f"This Session has a status of {session['status']} and can no longer be changed.")
    session["metadata"] = rules.merged_metadata(session["metadata"], params.get("metadata"))
    if "line_items" in params:
        session["_line_items"] = line_items.made(tx, params["line_items"], session["mode"])
    if "shipping_options" in params:
        given = params["shipping_options"] or []
        session["shipping_options"] = shipping_options(tx, given, session["currency"])
        session["_rate_behaviors"] = _behaviors(tx, session["shipping_options"])
        session["_chosen_rate"] = None
    if changing:
        sessions.add_up(session)
        check_total(tx, session)
    return tx.put(session)


@route("POST", "/v1/checkout/sessions/<id>/expire", "checkout.SessionExpireParams")
def expire(call: Call) -> Thing:
    session = call.tx.require("checkout.session", call.ids["id"], noun=NOUN)
    if session["status"] != "open":
        message = (
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of {session['status']}."
        )
        raise refused(message)
    return sessions.expire(call.tx, session)


@route("GET", "/v1/checkout/sessions", "checkout.SessionListParams")
def listing(call: Call) -> Thing:
    email = (call.params.get("customer_details") or {}).get("email")
    where = "json_extract(body, '$.customer_details.email') = ?" if email else ""
    fields = ("customer", "payment_intent", "subscription", "status", "payment_link")
    page = listed(call, "checkout.session", *fields, where=where, values=(email,) if email else ())
    page["data"] = [public(one) for one in page["data"]]
    return page
