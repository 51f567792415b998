"""Tax rates that a shop makes itself, for subscriptions and invoices."""

from collections.abc import Sequence
from typing import Any

from sandbox import rules
from sandbox.billing import taxes
from sandbox.errors import invalid, refused
from sandbox.transaction import Thing, Transaction, public
from sandbox.wire.listing import listed
from sandbox.wire.routing import Call, route

_CHANGEABLE = ("active", "country", "description", "display_name", "jurisdiction", "state", "tax_type")


@route("POST", "/v1/tax_rates", "TaxRateCreateParams")
def create(call: Call) -> Thing:
    tx, params = call.tx, call.params
    if not 0 <= params["percentage"] <= 100:
        raise invalid("Percentage must be between 0 and 100.", "percentage")
    rules.no_longer_than(params, {"display_name": 50, "jurisdiction": 50})
    given = {name: params[name] for name in _CHANGEABLE if name in params}
    rate = taxes.new_rate(
        tx,
        **given,
        effective_percentage=params["percentage"],
        inclusive=params["inclusive"],
        metadata=rules.merged_metadata({}, params.get("metadata")),
        percentage=params["percentage"],
    )
    tx.tell("tax_rate.created", rate)
    return rate


@route("GET", "/v1/tax_rates/<id>", "TaxRateRetrieveParams")
def retrieve(call: Call) -> Thing:
    return call.tx.require("tax_rate", call.ids["id"], noun="tax rate")


@route("POST", "/v1/tax_rates/<id>", "TaxRateUpdateParams")
def update(call: Call) -> Thing:
    """Percentage and inclusion never change."""
    tx, params = call.tx, call.params
    rate = tx.require("tax_rate", call.ids["id"], noun="tax rate")
    before = dict(rate)
    rate["metadata"] = rules.merged_metadata(rate["metadata"], params.get("metadata"))
    rate |= {name: params[name] if params[name] != "" else None for name in _CHANGEABLE if name in params}
    tx.put(rate)
    previous = {name: value for name, value in before.items() if rate[name] != value}
    if previous:
        tx.tell("tax_rate.updated", rate, previous)
    return rate


@route("GET", "/v1/tax_rates", "TaxRateListParams")
def listing(call: Call) -> Thing:
    return listed(call, "tax_rate", "active", "inclusive")


def named(tx: Transaction, given: Sequence[Any] | str | None, param: str) -> list[Thing]:
    """The tax rates of these ids. Raises 400 for one that does not exist or is put away."""
    found = []
    for place, name in enumerate(given or []):
        rate = tx.require("tax_rate", name, f"{param}[{place}]", "tax rate")
        if not rate["active"]:
            raise refused(f"The tax rate {name} is inactive and cannot be used.", f"{param}[{place}]")
        found.append(public(rate))
    return found
