"""The Flask application that one sandbox process serves."""

from flask import Flask

from sandbox import control, dashboard, hosted, mail, resources
from sandbox.wire import api
from sandbox.world import World


def create_app(world: World) -> Flask:
    """Stripe's API, the hosted pages, the dashboard, the mailbox and the JSON for tests, over one world."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 10_000_000
    resources.load()
    app.register_blueprint(api.blueprint(world))
    for door in (hosted, control, dashboard, mail):
        app.register_blueprint(door.blueprint(world))
    return app
