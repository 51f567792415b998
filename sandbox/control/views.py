"""Requests, faults, clock, totals, deliveries, mails, variants; and paying without a page."""

import json
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.clock import ClockFileError
from sandbox.control import deliveries
from sandbox.control.totals import totals
from sandbox.faults import BadFault
from sandbox.hosted import submitting
from sandbox.mail import letters
from sandbox.mail.catcher import MODES
from sandbox.transaction import public
from sandbox.variants import VARIANTS, UnknownVariant
from sandbox.world import World

Reply = Response | tuple[Response, int]


def blueprint(world: World) -> Blueprint:
    """Every view refuses nonsense with a sentence in {"error": ..}."""
    door = Blueprint("control", __name__, url_prefix="/_sandbox")
    _records(door, world)
    _switches(door, world)
    _mail(door, world)
    return door


def _wrong(sentence: str) -> Reply:
    return jsonify(error=sentence), 400


def _body() -> dict[str, Any]:
    given = request.get_json(force=True, silent=True)
    return given if isinstance(given, dict) else {}


def _records(door: Blueprint, world: World) -> None:
    @door.get("/requests")
    def requests() -> Response:
        since = request.args.get("since", 0, type=int)
        return Response(b"".join(world.log.lines(max(0, since))), mimetype="application/x-ndjson")

    @door.get("/totals")
    def sums() -> Reply:
        return jsonify(totals(world.store))

    @door.get("/deliveries")
    def attempts() -> Reply:
        return jsonify(deliveries.attempts(world))

    @door.post("/deliveries")
    def again() -> Reply:
        given = _body()
        if given.get("flush"):
            return jsonify(flushed=deliveries.flush(world))
        sent = deliveries.send_again(world, str(given.get("event")))
        return jsonify(sent) if sent is not None else _wrong("Say which event: {\"event\": \"evt_...\"}, or {\"flush\": true}.")

    @door.post("/pay")
    def pay() -> Reply:
        given = {name: str(value) for name, value in _body().items()}
        given["card_number"] = given.pop("card", "4242424242424242")
        whole = {"expiry": "12/34", "cvc": "1234" if given["card_number"].startswith("3782") else "123"}
        whole |= {"email": "ada@example.com", "name": "Ada Buyer", **given}
        outcome = submitting.pay(world, given.get("session", ""), whole)
        if outcome is None:
            return _wrong("There is no such session.")
        if outcome.state == "authenticate" and given.get("authentication") in ("complete", "fail"):
            outcome = submitting.authenticate(world, given["session"], given["authentication"] == "complete") or outcome
        return jsonify(
            state=outcome.state,
            wrong=outcome.wrong,
            decline_code=outcome.decline_code,
            redirect=submitting.return_address(outcome.session) if outcome.state == "done" else None,
            session=public(outcome.session),
        )


def _switches(door: Blueprint, world: World) -> None:
    @door.route("/faults", methods=["GET", "POST", "DELETE"])
    def faults() -> Reply:
        if request.method == "GET":
            return jsonify(world.faults.all())
        if request.method == "DELETE":
            world.faults.clear(request.args.get("id", type=int))
            return jsonify([])
        try:
            return jsonify(world.faults.add(_body()))
        except BadFault as wrong:
            return _wrong(str(wrong))

    @door.route("/clock", methods=["GET", "POST"])
    def clock() -> Reply:
        given, now = _body(), world.clock.now()
        try:
            if "advance" in given:
                world.clock.move(float(given["advance"]))
            elif "to" in given:
                world.clock.move(float(given["to"]) - now)
            elif request.method == "POST":
                return _wrong('Send {"advance": seconds} or {"to": unix seconds}.')
        except (ClockFileError, TypeError, ValueError) as wrong:
            return _wrong(str(wrong))
        if request.method == "POST":
            world.dispatcher.catch_up()
        return jsonify(now=world.clock.now(), offset=world.clock.offset())

    @door.route("/variants", methods=["GET", "POST"])
    def variants() -> Reply:
        try:
            for name, choice in (_body() if request.method == "POST" else {}).items():
                world.variants.choose(name, str(choice))
        except UnknownVariant as wrong:
            return _wrong(str(wrong))
        return jsonify(chosen=world.variants.all(), choices={one.name: list(one.choices) for one in VARIANTS})


def _mail(door: Blueprint, world: World) -> None:
    @door.route("/mails", methods=["GET", "DELETE"])
    def mails() -> Reply:
        if request.method == "DELETE":
            with world.store.writing() as connection:
                connection.execute("DELETE FROM mails")
        return jsonify(letters.all_letters(world.store))

    @door.route("/mailserver", methods=["GET", "POST"])
    def mailserver() -> Reply:
        if request.method == "POST":
            mode = str(_body().get("mode"))
            if mode not in MODES:
                return _wrong(f"mode must be one of {', '.join(MODES)}, not {json.dumps(mode)}.")
            world.catcher.change(mode)
        return jsonify(mode=world.catcher.mode)
