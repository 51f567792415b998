"""The database as Flask sees it: one session per request, which writes only when the request is meant to."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from flask import Flask, g, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

from storefront.db import Base, prepare, reading_only
from storefront.settings import Settings

database = SQLAlchemy(model_class=Base)
View = TypeVar("View", bound=Callable[..., Any])


def session() -> Session:
    """The session of this request."""
    return database.session()


def engine() -> Engine:
    """The one engine of this process, inside an app context."""
    return database.engine


def writes(view: View) -> View:
    """Mark a view that writes although it answers GET."""
    view.writes = True  # type: ignore[attr-defined]
    return view


def init_database(app: Flask, settings: Settings) -> None:
    """Connect `app` to the database of `settings`."""
    if settings.database_url.startswith("sqlite"):
        settings.store_dir.mkdir(parents=True, exist_ok=True)
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {
        "pool_pre_ping": not settings.database_url.startswith("sqlite"),
        "pool_size": 10,
        "max_overflow": 20,
        "poolclass": QueuePool,
        "hide_parameters": True,  # a failing statement must not put what it carried into a log or an error message
    }
    database.init_app(app)
    with app.app_context():
        prepare(database.engine)

    @app.before_request
    def choose_transaction() -> None:
        view = app.view_functions.get(request.endpoint or "")
        if request.method in ("GET", "HEAD", "OPTIONS") and not hasattr(view, "writes"):
            reading: AbstractContextManager[None] = reading_only()
            reading.__enter__()
            g.reading = reading

    @app.teardown_request
    def end_choice(_error: BaseException | None) -> None:
        reading = g.pop("reading", None)
        if reading is not None:
            database.session.remove()
            reading.__exit__(None, None, None)
