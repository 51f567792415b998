"""The door at /v1: one call from its bytes to its answer."""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from sandbox import ids
from sandbox.errors import StripeError, invalid, server_error
from sandbox.faults import Fault
from sandbox.transaction import API_VERSION, Origin, Transaction
from sandbox.wire import auth, idempotency, misbehaving, timing
from sandbox.wire.checking import GONE, checked
from sandbox.wire.expanding import expanded
from sandbox.wire.form import decode
from sandbox.wire.nowhere import nowhere
from sandbox.wire.routing import ROUTES, Call, Route, Upload
from sandbox.world import World

_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(\.[a-z]+)?\Z")


@dataclass
class Incoming:
    """What every step of an answer needs to know of the request."""

    method: str
    path: str
    full_path: str
    body: str
    id: str
    key: str | None
    ids: dict[str, str]
    fault: Fault | None
    upload: Upload | None = None


@dataclass
class Answer:
    """What goes back: `kept_from` is the request whose answer is repeated."""

    status: int
    body: str
    kept_from: str | None = None


def blueprint(world: World) -> Blueprint:
    """Every route of the resources, and Stripe's 404 for all other paths below /v1."""
    api = Blueprint("api", __name__)
    for number, one in enumerate(ROUTES):
        api.add_url_rule(one.path, f"route_{number}", _view(world, one), methods=[one.method])
    api.add_url_rule("/v1/files/<file_id>/contents", "contents", _contents(world), methods=["GET"])
    api.add_url_rule("/v1/<path:rest>", "nowhere", _view(world, None), methods=["GET", "POST", "DELETE"])
    return api


def _view(world: World, route: Route | None) -> Any:
    def view(**path_ids: str) -> Response:
        return _respond(world, route, path_ids)

    return view


def _contents(world: World) -> Any:
    types = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg"}

    def contents(file_id: str) -> Response:
        """A file's own bytes, for those who hold the key."""
        incoming = Incoming("GET", request.path, request.path, "", ids.new_id("req"), None, {}, None)
        try:
            with world.reading(auth.livemode(request.authorization)) as tx:
                file = tx.require("file", file_id, noun="file upload")
                return Response(tx.content(file_id), mimetype=types[file["type"]])
        except StripeError as error:
            return _response(world, Answer(error.status, _dump(world, error.body(), incoming)), incoming)

    return contents


def _respond(world: World, route: Route | None, path_ids: dict[str, str]) -> Response:
    body, upload = _body()
    query = request.query_string.decode("ascii", "replace")
    key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
    full_path = request.path + ("?" + query if query else "")
    fault = world.faults.strike("request", f"{request.method} {request.path}")
    incoming = Incoming(
        request.method, request.path, full_path, body, ids.new_id("req"), key or None, path_ids, fault, upload
    )
    misbehaving.before(world, fault)
    try:
        misbehaving.refuse(fault)
        answer = _answer(world, route, incoming)
    except StripeError as error:
        answer = Answer(error.status, _dump(world, error.body(), incoming))
    world.log.add(
        incoming.id, incoming.method, incoming.full_path, incoming.body, answer.status, json.loads(answer.body)
    )
    misbehaving.after(world, fault)
    return _response(world, answer, incoming)


def _body() -> tuple[str, Upload | None]:
    """A form as text; the file of a multipart form is named there by its hash, and comes beside it."""
    if request.mimetype != "multipart/form-data":
        return request.get_data(as_text=True), None
    file = request.files.get("file")
    given = list(request.form.items(multi=True))
    if file is None:
        return urlencode(given), None
    upload = Upload(file.filename or "file", file.read())
    return urlencode([*given, ("file", hashlib.sha256(upload.content).hexdigest())]), upload


def _answer(world: World, route: Route | None, incoming: Incoming) -> Answer:
    livemode = auth.livemode(request.authorization)
    world.limits.take(livemode)
    version = request.headers.get("Stripe-Version", API_VERSION)
    if not _VERSION.match(version):
        raise invalid(f"Invalid Stripe API version: {version}")
    if route is None:
        raise nowhere(incoming.method, incoming.path)
    given = decode(incoming.full_path.partition("?")[2])
    if incoming.method == "GET":
        misbehaving.hold(world, incoming.fault)
        with world.reading(livemode) as tx:
            answer = _run(world, route, incoming, _checked(world, route, given), tx)
        return _broken(world, incoming) or answer
    given |= decode(incoming.body)
    if not incoming.key:
        return _written(world, route, incoming, given, livemode)
    idempotency.check(incoming.key)
    with world.keys.held(livemode, incoming.path, incoming.key, world.variants["conflict_type"]):
        return _written(world, route, incoming, given, livemode)


def _written(world: World, route: Route, incoming: Incoming, given: dict[str, Any], livemode: bool) -> Answer:
    """Objects, events and the kept answer of a call go into one transaction."""
    misbehaving.hold(world, incoming.fault)
    parameters = idempotency.fingerprint(given)
    if incoming.key:
        with world.reading(livemode) as tx:
            kept = idempotency.kept(tx, incoming.path, incoming.key, parameters)
        if kept:
            return Answer(kept.status, kept.body, kept.request)
    params = _checked(world, route, given)
    with world.writing(livemode, Origin(incoming.id, incoming.key)) as tx:
        answer = _run(world, route, incoming, params, tx)
        broken = _broken(world, incoming)
        answer = broken or answer
        if incoming.key and (broken is None or (incoming.fault and incoming.fault.kept)):
            idempotency.keep(tx, incoming.path, incoming.key, parameters, answer.status, answer.body)
    return answer


def _checked(world: World, route: Route, given: dict[str, Any]) -> dict[str, Any]:
    try:
        return checked(route.params, given)
    except StripeError as error:
        if route.path == "/v1/checkout/sessions" and error.more.get("code") == GONE:
            error.more["code"] = world.variants["checkout_types_code"]
        raise


def _broken(world: World, incoming: Incoming) -> Answer | None:
    """A 500 though all has been done, if that is the fault that strikes."""
    if incoming.fault is None or incoming.fault.do != "500_after":
        return None
    return Answer(500, _dump(world, server_error().body(), incoming))


def _run(world: World, route: Route, incoming: Incoming, params: dict[str, Any], tx: Transaction) -> Answer:
    """Let the resource answer; an error that came after execution began is an answer like any other."""
    tx.connection.execute("SAVEPOINT call")
    expand = params.pop("expand", [])
    try:
        call = Call(tx, params, incoming.ids, incoming.path, incoming.upload)
        if incoming.method != "GET":
            timing.stand(call)
        result = route.answer(call)
        return Answer(200, _dump(world, expanded(tx, result, expand), incoming))
    except StripeError as error:
        if not error.begun:
            raise
        if not error.keep:
            tx.connection.execute("ROLLBACK TO call")
            tx.told.clear()
        return Answer(error.status, _dump(world, error.body(), incoming))


def _dump(world: World, body: dict[str, Any], incoming: Incoming) -> str:
    if "error" in body:
        body["error"]["request_log_url"] = f"{world.settings.url}/requests/{incoming.id}"
        body["error"] = dict(sorted(body["error"].items()))
    return json.dumps(body, indent=2)


def _response(world: World, answer: Answer, incoming: Incoming) -> Response:
    response = Response(answer.body, answer.status, mimetype="application/json")
    response.headers["Request-Id"] = incoming.id
    response.headers["Stripe-Version"] = request.headers.get("Stripe-Version", API_VERSION)
    if incoming.key:
        response.headers["Idempotency-Key"] = incoming.key
    if answer.kept_from and world.variants["replay_header"] == "sent":
        response.headers["Idempotent-Replayed"] = "true"
        response.headers["Original-Request"] = answer.kept_from
    return response
