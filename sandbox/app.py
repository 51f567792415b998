"""The Flask application that one sandbox process serves."""

from flask import Flask, Response, abort, render_template, request
from werkzeug.exceptions import HTTPException

from sandbox import control, dashboard, hosted, mail, resources
from sandbox.wire import api
from sandbox.world import World

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


def create_app(world: World) -> Flask:
    """Stripe's API, the hosted pages, the dashboard, the mailbox and the JSON for tests, over one world."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 10_000_000
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["sandbox"] = world
    resources.load()
    app.register_blueprint(api.blueprint(world))
    for package in (hosted, control, dashboard, mail):
        app.register_blueprint(package.door)
    app.before_request(_refuse_strangers)
    app.after_request(_with_policy)
    app.register_error_handler(HTTPException, _sorry)
    return app


def _refuse_strangers() -> None:
    """A page of another site may link here, but not press the switches."""
    if request.method not in ("GET", "HEAD") and request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        abort(403, "Switches work from the sandbox's own pages only.")


def _with_policy(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _sorry(error: HTTPException) -> tuple[str, int] | Response:
    if request.path.startswith(("/v1", "/_sandbox")):
        return Response(status=error.code or 500)
    return render_template("sorry.html", error=error), error.code or 500
