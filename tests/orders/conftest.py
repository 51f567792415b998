import pytest

from tests.cast import a_product, post_to


@pytest.fixture
def tea(session):
    variant = a_product(session, price=1250, stock=10)
    post_to(session, "DE", "AT", amount=490)
    session.commit()
    return variant
