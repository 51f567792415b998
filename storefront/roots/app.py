"""create_app: one Flask application out of the doors that this process's role has."""

from pathlib import Path

from flask import Flask
from flask_migrate import Migrate
from jinja2 import StrictUndefined

from storefront import clock
from storefront.roots import tables
from storefront.roots.commands import add_commands
from storefront.settings import Settings
from storefront.web.database import database, init_database
from storefront.web.setup import init_web

HOUSE = Path(__file__).resolve().parents[2]


def create_app(settings: Settings) -> Flask:
    """The application for these settings. The shop's role never imports the cashier, and so never the Stripe SDK."""
    clock.follow(settings.clock_file)
    app = Flask("storefront", root_path=str(HOUSE), template_folder="templates", static_folder=None)
    app.config["SECRET_KEY"] = settings.secret_key
    app.extensions["settings"] = settings
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    init_database(app, settings)
    init_web(app, settings)
    open_doors(app, settings)
    add_commands(app, settings)
    Migrate(app, database, directory=str(HOUSE / "migrations"), render_item=tables.render)
    return app


def open_doors(app: Flask, settings: Settings) -> None:
    """Register the addresses that this process's role answers."""
    if settings.serves_shop:
        from storefront.backoffice.routes import blueprint as backoffice
        from storefront.shopfront.routes import blueprint as shopfront

        app.register_blueprint(shopfront)
        app.register_blueprint(backoffice)
    if settings.serves_cashier:
        from storefront.cashier.routes import blueprint as cashier

        app.register_blueprint(cashier)
