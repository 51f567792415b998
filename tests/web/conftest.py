from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from storefront.roots.app import create_app
from storefront.settings import Settings
from tests.fixtures.database import Database
from tests.fixtures.environment import shop_environment


@pytest.fixture
def open_app(sqlite: Database, tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """`open_app(SITE_URL=...)`: the shop with settings of the test's own, on SQLite."""
    opened: list[Flask] = []

    def open_one(**settings: str) -> Flask:
        environment = shop_environment(
            DATABASE_URL=sqlite.url, STORE_DIR=str(tmp_path), CLOCK_FILE=str(tmp_path / "clock"), **settings
        )
        app = create_app(Settings.from_env({name: value for name, value in environment.items() if value}))
        opened.append(app)
        return app

    yield open_one
    for app in opened:
        with app.app_context():
            app.extensions["sqlalchemy"].engine.dispose()


@pytest.fixture
def plain(open_app: Callable[..., Flask]) -> Flask:
    return open_app()
