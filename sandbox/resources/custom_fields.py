"""A shop's own questions on the payment page: at most three (STRIPE.md section 3, Create)."""

import re
from typing import Any

from sandbox import rules
from sandbox.errors import invalid, missing
from sandbox.transaction import Thing

_PLAIN = re.compile(r"[A-Za-z0-9]{1,200}\Z", re.ASCII)


def made(given: list[Any]) -> list[Thing]:
    """The fields as a session carries them, with nothing answered yet; raise Stripe's 400 for what makes no sense."""
    if len(given) > 3:
        raise invalid("You may only specify up to 3 custom fields.", "custom_fields")
    keys = [one["key"] for one in given]
    if len(set(keys)) < len(keys):
        raise invalid("Custom field keys must be unique.", "custom_fields")
    return [_made(one, f"custom_fields[{place}]") for place, one in enumerate(given)]


def _made(given: Thing, within: str) -> Thing:
    if not _PLAIN.match(given["key"]):
        raise invalid("Custom field keys must be alphanumeric and up to 200 characters.", f"{within}[key]")
    rules.no_longer_than(given["label"], {"custom": 50}, f"{within}[label]")
    kind = given["type"]
    if kind == "dropdown" and "dropdown" not in given:
        raise missing(f"{within}[dropdown]")
    make = _dropdown if kind == "dropdown" else _typed
    return {
        "key": given["key"],
        "label": {"custom": given["label"]["custom"], "type": "custom"},
        "optional": given.get("optional", False),
        "type": kind,
        kind: make(given.get(kind) or {}, f"{within}[{kind}]"),
    }


def _typed(given: Thing, within: str) -> Thing:
    least, most = given.get("minimum_length"), given.get("maximum_length")
    if least is not None and most is not None and least > most:
        raise invalid("minimum_length must not be greater than maximum_length.", f"{within}[minimum_length]")
    return {"default_value": given.get("default_value"), "maximum_length": most, "minimum_length": least, "value": None}


def _dropdown(given: Thing, within: str) -> Thing:
    options = given["options"]
    if not 1 <= len(options) <= 200:
        raise invalid("A dropdown has between 1 and 200 options.", f"{within}[options]")
    values = [one["value"] for one in options]
    default = given.get("default_value")
    if default is not None and default not in values:
        raise invalid("default_value must be the value of one of the options.", f"{within}[default_value]")
    for place, one in enumerate(options):
        rules.no_longer_than(one, {"label": 100, "value": 100}, f"{within}[options][{place}]")
    shown = [{"label": one["label"], "value": one["value"]} for one in options]
    return {"default_value": default, "options": shown, "value": None}
