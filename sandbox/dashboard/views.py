"""The dashboard at /."""

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from sandbox.world import World


def blueprint(world: World) -> Blueprint:
    door = Blueprint("dashboard", __name__)

    @door.get("/")
    def home() -> Response:
        return redirect("/mailbox")

    return door
