"""A plan's terms in the product's form."""

import pytest
from sqlalchemy import select

from storefront.catalog.plan import Plan, Terms
from storefront.catalog.product import Kind
from tests.cast import a_product


def terms(session):
    session.expire_all()
    row = session.scalar(select(Plan))
    found = row.terms if row else None
    session.rollback()
    return found


@pytest.fixture
def club(session):
    variant = a_product(session, "Tea club", price=900, kind=Kind.PLAN, stock=None)
    ids = variant.product_id, variant.id
    session.commit()
    return ids


def test_terms_by_hand(mira, client, session, club):
    product_id, own = club
    here = f"/backoffice/products/{product_id}"
    assert "Soon" in client.get("/products/tea-club").words("main")
    fields = {f"plan-{own}": "4 months", f"trial-{own}": "14", f"end-{own}": "pause", f"gives-{own}": "box"}
    mira.submit(mira.get(here), "Save", **fields)

    assert terms(session) == Terms("month", 4, 14, card_first=True, without_card="pause", gives="box")
    words = client.get("/products/tea-club").words("main")
    assert "every 4 months" in words
    assert "14 days free" in words
    mira.submit(mira.get(here), "Save", title="Tea club for you")
    assert terms(session).trial_days == 14, "what the form shows is what it keeps"

    refused = mira.submit(mira.get(here), "Save", 422, **{f"plan-{own}": "fortnight"})
    assert "is no interval" in refused.text
    mira.submit(mira.get(here), "Save", **{f"plan-{own}": ""})
    assert terms(session) is None
