from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from storefront.catalog import shelf, shelving
from storefront.catalog.card import best
from storefront.catalog.product import Kind, Product, Shown, Status, Variant
from storefront.money import Money


def fill(session: Session, count: int, **changed: object) -> list[Product]:
    products = [
        Product(
            handle=f"thing-{n}",
            title=f"Thing {n}",
            variants=[
                Variant(price=100 + n, currency="eur", position=1),
                Variant(price=200 + n, currency="eur", option1="Big"),
            ],
            **changed,
        )
        for n in range(count)
    ]
    session.add_all(products)
    session.commit()
    return products


@contextmanager
def counted(session: Session):
    said: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.startswith("SELECT"):
            said.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(session.get_bind(), "before_cursor_execute", note)


def test_pages_show_everything_once_newest_first(session):
    fill(session, 61)
    seen, after = [], None
    while True:
        row = shelf.products(session, after=after)
        seen += [card.handle for card in row.cards]
        assert len(row.cards) <= shelf.PAGE
        if (after := row.after) is None:
            break
    assert seen == [f"thing-{n}" for n in reversed(range(61))]


def test_a_page_that_is_exactly_full_has_no_next(session):
    fill(session, shelf.PAGE)
    assert shelf.products(session).after is None


def test_a_shelf_keeps_its_own_order_over_pages(session):
    fill(session, 30)
    order = [f"thing-{n}" for n in (7, 3, 29, 1, *range(10, 28))]
    shelving.put(session, "odd", "Odd", "", order, 0)
    session.commit()
    collection_id, _ = shelf.collection(session, "odd")
    first = shelf.on_collection(session, collection_id, limit=10)
    second = shelf.on_collection(session, collection_id, after=first.after, limit=20)
    assert [card.handle for card in (*first.cards, *second.cards)] == order
    assert second.after is None


def test_a_made_up_cursor_starts_from_the_beginning(session):
    fill(session, 2)
    shelving.put(session, "all", "All", "", ["thing-0", "thing-1"], 0)
    collection_id, _ = shelf.collection(session, "all")
    for made_up in ("", "x", "-1", "1.2.3", "99999999999999", "٣", "1;drop", "\0"):
        assert len(shelf.products(session, after=made_up).cards) == 2, made_up
        assert len(shelf.on_collection(session, collection_id, after=made_up).cards) == 2, made_up


def test_queries_do_not_grow_with_the_page(session):
    fill(session, 30)
    with counted(session) as few:
        shelf.products(session, limit=2)
    with counted(session) as many:
        shelf.products(session, limit=30)
    assert len(few) == len(many) == 3


@pytest.mark.parametrize("hidden", [{"status": Status.DRAFT}, {"status": Status.ARCHIVED}, {"published": False}])
def test_what_is_not_on_show_is_nowhere(session, hidden):
    products = fill(session, 1, **hidden)
    shelving.put(session, "all", "All", "", ["thing-0"], 0)
    assert shelf.products(session).cards == ()
    assert shelf.on_collection(session, shelf.collection(session, "all")[0]).cards == ()
    assert shelf.by_ids(session, [products[0].id]) == ()
    assert shelf.product(session, "thing-0") is None


def test_a_card_tells_the_cheapest_price_and_the_best_stock(session):
    variants = [
        Variant(price=900, currency="eur", option1="A", shown=Shown.SOLD_OUT),
        Variant(price=500, compare_at=700, currency="eur", option1="B", shown=Shown.LAST),
        Variant(price=100, currency="eur", option1="gone", active=False, shown=Shown.IN_STOCK),
    ]
    session.add(Product(handle="pot", title="Pot", variants=variants))
    session.commit()
    (card,) = shelf.products(session).cards
    assert (card.price, card.compare_at, card.from_price, card.stock) == (
        Money(500, "eur"),
        Money(700, "eur"),
        True,
        Shown.LAST,
    )


def test_a_former_price_that_is_not_higher_is_not_shown(session):
    session.add(Product(handle="pot", title="Pot", variants=[Variant(price=500, compare_at=500, currency="eur")]))
    session.commit()
    assert shelf.products(session).cards[0].compare_at is None
    assert shelf.product(session, "pot").choices[0].compare_at is None


def test_what_cannot_be_bought_yet_is_soon(session):
    fill(session, 1, kind=Kind.PLAN)
    assert shelf.products(session).cards[0].soon
    assert shelf.product(session, "thing-0").soon


def test_a_product_shows_its_choices_in_order(session):
    variants = [
        Variant(price=200, currency="eur", option1="Moss", option2="Large", position=2),
        Variant(price=100, currency="eur", option1="Moss", option2="Small", position=1),
        Variant(price=50, currency="eur", option1="Oat", option2="Small", position=3, active=False),
    ]
    session.add(Product(handle="pot", title="Pot", option1="Glaze", option2="Size", variants=variants))
    session.commit()
    detail = shelf.product(session, "pot")
    assert detail.option_names == ("Glaze", "Size")
    assert [choice.title for choice in detail.choices] == ["Moss / Small", "Moss / Large"]
    assert detail.choices[1].options == ("Moss", "Large")


def test_a_product_without_an_active_variant_is_not_shown(session):
    session.add(Product(handle="pot", title="Pot", variants=[Variant(price=1, currency="eur", active=False)]))
    session.commit()
    assert shelf.products(session).cards == ()
    assert shelf.product(session, "pot") is None


def test_filling_a_shelf_again_changes_only_what_differs(session):
    fill(session, 3)
    assert shelving.put(session, "all", "All", "", ["thing-0", "thing-1"], 0)
    session.commit()
    assert not shelving.put(session, "all", "All", "", ["thing-0", "thing-1", "nobody"], 0)
    assert shelving.put(session, "all", "All", "", ["thing-2", "thing-0"], 0)
    session.commit()
    row = shelf.on_collection(session, shelf.collection(session, "all")[0])
    assert [card.handle for card in row.cards] == ["thing-2", "thing-0"]


def test_the_best_word_wins():
    assert best([Shown.SOLD_OUT, Shown.FEW]) == Shown.FEW
    assert best([]) == Shown.SOLD_OUT
