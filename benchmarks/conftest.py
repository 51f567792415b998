"""The tests' own fixtures, but with a PostgreSQL that keeps its promises when the power goes."""

import os
from pathlib import Path

import pytest

from tests.conftest import begin, pytest_plugins, pytest_unconfigure

__all__ = ["pytest_plugins", "pytest_unconfigure"]


def pytest_configure(config: pytest.Config) -> None:
    """On a disk, which is part of what is measured."""
    begin(config, None)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rounds", type=int, default=7, help="how often a case and the bare view take turns")
    parser.addoption("--seconds", type=float, default=1.5, help="how long each turn is")


@pytest.fixture(scope="session")
def postgres_server() -> str:
    from tests.fixtures.database import served

    return served(Path(os.environ["STOREFRONT_TESTS"]), durable=True)
