"""The world that the running application serves."""

from typing import cast

from flask import current_app

from sandbox.world import World


def world() -> World:
    """Within a request only."""
    return cast("World", current_app.extensions["sandbox"])
