"""The migrations make what the models say, on both databases, and can be taken back."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from storefront.roots.tables import metadata
from tests.fixtures.database import Database, migrate


@pytest.fixture(params=["sqlite", "postgres"])
def migrated(request: pytest.FixtureRequest) -> Database:
    found: Database = request.getfixturevalue(request.param)
    return found


def test_models_have_nothing_that_no_migration_makes(migrated: Database) -> None:
    assert "No new upgrade operations detected" in migrate(migrated.url, "check")


def test_every_table_of_the_models_is_there(migrated: Database) -> None:
    assert set(metadata.tables) <= set(inspect(migrated.engine).get_table_names())


def test_all_steps_can_be_taken_back_and_forward_again(migrated: Database) -> None:
    migrate(migrated.url, "downgrade", "base")
    assert set(inspect(migrated.engine).get_table_names()) <= {"alembic_version"}
    migrate(migrated.url, "upgrade")
    assert set(metadata.tables) <= set(inspect(migrated.engine).get_table_names())


def test_an_empty_sqlite_file_is_enough(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.sqlite'}"
    migrate(url)
    engine = create_engine(url)
    assert "orders" in inspect(engine).get_table_names()
    engine.dispose()
