from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from storefront.staff import password as passwords
from storefront.staff.invitation import set_password
from storefront.staff.member import add_member
from tests.cast import MIRA
from tests.client import Client
from tests.fixtures.database import Database

ORIGIN = "http://127.0.0.1:8000"
PASSWORD = "kettle-lamp-river-42"
HASH = passwords.hashed(PASSWORD)


@pytest.fixture
def staff(database: Database) -> Callable[..., int]:
    """`staff(email, name)`: a colleague who can sign in with PASSWORD; answers the id."""

    def hire(email: str, name: str) -> int:
        with database.session() as session:
            member = add_member(session, email, name)
            set_password(session, member, HASH)
            session.commit()
            return member.id

    return hire


def sign_in(client: Client, email: str = MIRA, password: str = PASSWORD, status: int = 303):
    return client.submit(client.get("/backoffice/session"), "Sign in", status, email=email, password=password)


@pytest.fixture
def mira(app: Flask, staff: Callable[..., int]) -> Client:
    """The merchant, signed in."""
    staff(MIRA, "Mira")
    client = Client(app)
    sign_in(client)
    return client


@pytest.fixture
def later(tmp_path: Path) -> Callable[[timedelta], None]:
    """Moves the shop's clock this far."""

    def move(delta: timedelta) -> None:
        (tmp_path / "clock").write_text(str(delta.total_seconds()))

    return move
