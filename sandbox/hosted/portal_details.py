"""What a buyer may change of name, e-mail, phone and address at the portal (STRIPE.md section 9, customer_update)."""

from collections.abc import Mapping

from sandbox import rules
from sandbox.errors import StripeError
from sandbox.hosted.portal_deeds import allow
from sandbox.hosted.portal_session import Visit
from sandbox.transaction import Thing

# Fields of the form, by what the shop's configuration allows; tax ids are not offered.
OFFERED = ("name", "email", "phone", "address", "shipping")


def allowed(at: Visit) -> list[str]:
    feature = at.features["customer_update"]
    return [name for name in OFFERED if feature["enabled"] and name in feature["allowed_updates"]]


def shown(customer: Thing) -> dict[str, str]:
    """The form's fields as they stand."""
    fields = {name: customer[name] or "" for name in ("name", "email", "phone")}
    fields |= {name: value or "" for name, value in (customer["address"] or {}).items()}
    shipping = customer["shipping"] or {}
    fields |= {f"shipping_{name}": value or "" for name, value in (shipping.get("address") or {}).items()}
    return fields | {"shipping_name": shipping.get("name") or ""}


def change(at: Visit, form: Mapping[str, str]) -> dict[str, str]:
    """Take the form into the customer and tell customer.updated; or a sentence for each field that does not do."""
    names = allowed(at)
    allow(bool(names))
    wrong = _wrong(form, names)
    if wrong:
        return wrong
    fields: Thing = {name: _text(form, name) for name in ("name", "email", "phone") if name in names}
    if "address" in names:
        fields["address"] = rules.address({name: _text(form, name) for name in rules.ADDRESS})
    if "shipping" in names:
        fields["shipping"] = _shipping(at, form)
    previous = {name: at.customer[name] for name, value in fields.items() if at.customer[name] != value}
    at.customer |= fields
    at.tx.put(at.customer)
    if previous:
        at.tx.tell("customer.updated", at.customer, previous)
    return {}


def _shipping(at: Visit, form: Mapping[str, str]) -> Thing | None:
    """Where parcels go, to the customer's own name where no other is given."""
    address = {name: _text(form, f"shipping_{name}") for name in rules.ADDRESS}
    if not any(address.values()):
        return None
    name = _text(form, "shipping_name") or _text(form, "name") or at.customer["name"] or ""
    return rules.shipping({"address": address, "name": name})


def _wrong(form: Mapping[str, str], names: list[str]) -> dict[str, str]:
    wrong = {}
    if "email" in names:
        try:
            rules.sound_email(_text(form, "email") or "-", "email")
        except StripeError:
            wrong["email"] = "Your email is incomplete."
    limits = {"name": 256, "email": 512, "phone": 20}
    wrong |= {
        name: f"Write at most {limit} characters."
        for name, limit in limits.items()
        if name in names and len(form.get(name, "")) > limit
    }
    return wrong


def _text(form: Mapping[str, str], name: str) -> str | None:
    return form.get(name, "").strip() or None
