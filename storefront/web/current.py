"""What the application of this request was started with."""

from flask import current_app

from storefront.settings import Settings


def settings() -> Settings:
    """The settings that `create_app` was given."""
    found: Settings = current_app.extensions["settings"]
    return found
