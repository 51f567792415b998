"""The databases of the model's runs."""

import pytest

from tests.model.slate import Slate, file_slate, server_slate


@pytest.fixture
def sqlite_slate(sqlite, sqlite_template) -> Slate:
    return file_slate(sqlite, sqlite_template)


@pytest.fixture
def postgres_slate(postgres) -> Slate:
    return server_slate(postgres)
