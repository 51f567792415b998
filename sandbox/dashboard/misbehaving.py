"""Faults, the mail server's moods, the rate limit, and the variants: switches for what may go wrong or be otherwise."""

from typing import Any

from flask import abort, redirect, render_template, request
from werkzeug.wrappers import Response

from sandbox import faults
from sandbox.current import world
from sandbox.dashboard.door import door
from sandbox.limits import STRIPES
from sandbox.mail.catcher import MODES
from sandbox.variants import VARIANTS, UnknownVariant

# The troubles that shops meet most, each one press away: (rule, what it is).
USUAL: tuple[tuple[dict[str, Any], str], ...] = (
    ({"where": "delivery", "do": "drop", "times": None}, "Webhooks get lost, and Stripe believes that they arrived"),
    ({"where": "delivery", "do": "delay", "seconds": 60, "times": None}, "Webhooks come a minute late"),
    ({"where": "delivery", "do": "repeat", "times": None}, "Every webhook comes twice"),
    ({"where": "delivery", "do": "reorder", "probability": 0.5, "times": None}, "Webhooks come in another order"),
    ({"where": "delivery", "do": "fail", "times": None}, "Webhooks fail and are tried again later"),
    ({"where": "request", "do": "500_before", "times": None}, "Stripe's API answers 500 and has done nothing"),
    ({"where": "request", "do": "500_after", "path": "POST *", "times": 1}, "The next call is done, but answered 500"),
    (
        {"where": "request", "do": "cut_after", "path": "POST *", "times": 1},
        "The next call is done, then the line is cut",
    ),
    (
        {"where": "request", "do": "timeout_before", "seconds": 10, "times": 1},
        "The next call hears nothing for 10 seconds",
    ),
    ({"where": "request", "do": "429", "times": None}, "Too many requests, always"),
    ({"where": "request", "do": "slow", "seconds": 3, "times": None}, "Every call takes three seconds longer"),
)


@door.get("/faults")
def misbehaviour() -> str:
    here = world()
    rules = here.faults.all()
    usual = [(number, words, _same(rule, rules)) for number, (rule, words) in enumerate(USUAL)]
    return render_template(
        "dashboard/faults.html",
        rules=rules,
        usual=usual,
        requests=faults.REQUEST,
        deliveries=faults.DELIVERY,
        modes=MODES,
        mode=here.catcher.mode,
        limits=here.limits.all(),
        stripes=STRIPES,
    )


@door.post("/faults")
def add_fault() -> Response:
    rule: dict[str, Any] = {name: value for name, value in request.form.items() if value}
    if "usual" in rule:
        number = request.form.get("usual", -1, type=int)
        rule = dict(USUAL[number][0]) if 0 <= number < len(USUAL) else {}
    else:
        delivery = rule.get("do") in faults.DELIVERY
        always, name = rule.pop("always", None), rule.pop("name", "*")
        rule |= {"where": "delivery", "event": name} if delivery else {"where": "request", "path": name}
        rule |= {"times": None} if always else {}
    try:
        world().faults.add(rule)
    except faults.BadFault as wrong:
        abort(400, str(wrong))
    return redirect("/faults", 303)


@door.post("/faults/<int:number>/removal")
def remove_fault(number: int) -> Response:
    world().faults.clear(number)
    return redirect("/faults", 303)


@door.post("/faults/removal")
def remove_all_faults() -> Response:
    world().faults.clear()
    return redirect("/faults", 303)


@door.post("/mailserver")
def change_mailserver() -> Response:
    mode = request.form.get("mode", "")
    if mode not in MODES:
        abort(400, "Choose one of the listed ways.")
    world().catcher.change(mode)
    return redirect("/faults#mailserver", 303)


@door.post("/rate_limit")
def choose_limit() -> Response:
    world().limits.choose(dict(STRIPES) if request.form.get("limit") == "on" else {})
    return redirect("/faults#limit", 303)


@door.get("/variants")
def variants() -> str:
    return render_template("dashboard/variants.html", variants=VARIANTS, chosen=world().variants.all())


@door.post("/variants")
def choose_variants() -> Response:
    try:
        for name, choice in request.form.items():
            world().variants.choose(name, choice)
    except UnknownVariant as wrong:
        abort(400, str(wrong))
    return redirect("/variants", 303)


def _same(usual: dict[str, Any], rules: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The switched-on rule that is this usual one."""
    return next((one for one in rules if all(one[name] == value for name, value in usual.items())), None)
