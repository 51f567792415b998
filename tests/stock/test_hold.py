import pytest

from storefront.catalog import version
from storefront.catalog.product import Shown, Variant
from storefront.stock.hold import Shortage, ShortError, hold, kept, release, take
from storefront.stock.level import StockLevel, StockMove, available, count, level_of, move
from tests.cast import a_product

ORDER, OTHER = 1, 2


@pytest.fixture
def tea(session):
    variant = a_product(session, "Tea", stock=10)
    session.commit()
    return variant.id


def level(session, variant_id):
    session.flush()
    session.expire_all()
    found = session.get(StockLevel, variant_id)
    return found.on_hand, found.held


def shown(session, variant_id):
    session.flush()
    session.expire_all()
    return session.get(Variant, variant_id).shown


def test_a_hold_keeps_pieces_from_others(session, tea):
    hold(session, ORDER, {tea: 4})
    assert level(session, tea) == (10, 4)
    assert available(session, [tea]) == {tea: 6}
    with pytest.raises(ShortError) as short:
        hold(session, OTHER, {tea: 7})
    assert short.value.shortages == [Shortage(tea, 7, 6)]
    assert level(session, tea) == (10, 4)


def test_a_changed_order_keeps_one_hold(session, tea):
    hold(session, ORDER, {tea: 4})
    hold(session, ORDER, {tea: 10})
    assert level(session, tea) == (10, 10)
    hold(session, ORDER, {tea: 1})
    assert level(session, tea) == (10, 1)
    hold(session, ORDER, {})
    assert level(session, tea) == (10, 0)


def test_a_change_that_is_too_much_leaves_the_hold(session, tea):
    hold(session, ORDER, {tea: 4})
    with pytest.raises(ShortError) as short:
        hold(session, ORDER, {tea: 11})
    assert short.value.shortages == [Shortage(tea, 11, 10)]
    assert level(session, tea) == (10, 4)


def test_nothing_is_held_if_one_thing_is_short(session, tea):
    pot = a_product(session, "Pot", stock=0).id
    with pytest.raises(ShortError) as short:
        hold(session, ORDER, {tea: 1, pot: 1})
    assert [one.variant_id for one in short.value.shortages] == [pot]
    assert level(session, tea) == (10, 0)


def test_release_gives_back_once(session, tea):
    hold(session, ORDER, {tea: 4})
    assert release(session, ORDER)
    assert not release(session, ORDER)
    assert level(session, tea) == (10, 0)
    assert not kept(session, ORDER)


def test_take_sells_once_and_leaves_a_move(session, tea):
    hold(session, ORDER, {tea: 4})
    assert take(session, ORDER)
    assert not take(session, ORDER)
    assert not release(session, ORDER)
    assert level(session, tea) == (6, 0)
    assert kept(session, ORDER)
    moves = session.query(StockMove).filter_by(order_id=ORDER).all()
    assert [(one.quantity, one.kind) for one in moves] == [(-4, "sale")]


def test_a_released_order_may_hold_again(session, tea):
    hold(session, ORDER, {tea: 4})
    release(session, ORDER)
    hold(session, ORDER, {tea: 2})
    assert level(session, tea) == (10, 2)
    assert take(session, ORDER)
    assert level(session, tea) == (8, 0)


def test_what_is_not_counted_needs_no_hold(session):
    gift = a_product(session, "Wrapping", stock=None).id
    hold(session, ORDER, {gift: 1000})
    assert available(session, [gift]) == {}
    assert not take(session, ORDER)


def test_what_may_be_oversold_goes_below_zero(session, tea):
    level_of(session, tea).oversell = True
    session.flush()
    hold(session, ORDER, {tea: 12})
    assert take(session, ORDER)
    assert level(session, tea) == (-2, 0)
    assert available(session, [tea]) == {}


def test_the_shown_word_follows_and_only_then_the_version_moves(session, tea):
    session.commit()
    start = version.current(session)
    session.rollback()
    expected = [
        (1, Shown.IN_STOCK, 0),
        (6, Shown.IN_STOCK, 0),
        (7, Shown.FEW, 1),
        (9, Shown.LAST, 2),
        (10, Shown.SOLD_OUT, 3),
    ]
    for wanted, word, moved in expected:
        hold(session, ORDER, {tea: wanted})
        session.commit()
        assert (shown(session, tea), version.current(session) - start) == (word, moved)
        session.rollback()
    take(session, ORDER)
    session.commit()
    assert (shown(session, tea), version.current(session) - start) == (Shown.SOLD_OUT, 3)


def test_a_move_happens_once_for_its_key(session, tea):
    assert move(session, level_of(session, tea), 5, "receipt", "delivery-7")
    assert not move(session, level_of(session, tea), 5, "receipt", "delivery-7")
    assert level(session, tea) == (15, 0)


def test_counting_makes_the_difference_a_move(session, tea):
    count(session, tea, 3, "friday")
    assert level(session, tea) == (3, 0)
    assert shown(session, tea) == Shown.FEW
    assert sum(one.quantity for one in session.query(StockMove).filter_by(variant_id=tea)) == 3


def test_the_version_is_not_moved_by_what_is_rolled_back(session, tea):
    start = version.current(session)
    session.rollback()
    hold(session, ORDER, {tea: 10})
    session.rollback()
    session.commit()
    assert version.current(session) == start


def test_the_version_survives_a_savepoint(session, tea):
    start = version.current(session)
    session.rollback()
    with session.begin_nested():
        hold(session, ORDER, {tea: 10})
    session.commit()
    assert version.current(session) == start + 1
