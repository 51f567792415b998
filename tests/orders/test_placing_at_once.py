from threading import Barrier, Thread

from sqlalchemy import event

from storefront.cart.cart import Cart
from storefront.cart.priced import ChangedError
from storefront.orders.order import Order
from storefront.stock.hold import ShortError
from tests.cast import a_product, post_to
from tests.orders.story import level, placed


def _race(database, carts):
    """Places all carts at the same moment. Answers what came of each: an order's id or an exception's type."""
    outcomes, start = [], Barrier(len(carts))

    def run(cart):
        with database.session() as session:
            start.wait()
            try:
                order = placed(session, cart)
                session.commit()
                outcomes.append(order.id)
            except (ChangedError, ShortError) as error:
                session.rollback()
                outcomes.append(type(error))

    threads = [Thread(target=run, args=(cart,)) for cart in carts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_b1_a_double_click_at_the_same_moment_makes_one_order_and_one_hold(session, database, tea):
    for _ in range(5):
        cart = Cart().add(tea.id, 1, 1250)
        before = level(session, tea.id)[1]
        session.commit()

        outcomes = _race(database, [cart] * 4)

        assert len(set(outcomes)) == 1, outcomes
        assert isinstance(outcomes[0], int)
        assert level(session, tea.id) == (10, before + 1)
        session.commit()


def test_b1_a_double_click_for_the_last_piece_is_one_order_too(session, database):
    post_to(session, "DE")
    for number in range(5):
        bowl = a_product(session, f"Bowl {number}", price=4100, stock=1)
        cart = Cart().add(bowl.id, 1, 4100)
        session.commit()

        outcomes = _race(database, [cart] * 4)

        assert len(set(outcomes)) == 1, outcomes
        assert isinstance(outcomes[0], int)


def test_b11_one_of_many_gets_the_last_piece(session, database):
    bowl = a_product(session, "Bowl", price=4100, stock=1)
    post_to(session, "DE")
    carts = [Cart().add(bowl.id, 1, 4100) for _ in range(8)]
    session.commit()

    outcomes = _race(database, carts)

    assert sum(isinstance(outcome, int) for outcome in outcomes) == 1
    assert set(outcomes) - {ChangedError, ShortError} == {outcome for outcome in outcomes if isinstance(outcome, int)}
    assert level(session, bowl.id) == (1, 1)


def test_carts_with_the_same_things_in_another_order_do_not_lock_each_other_out(session, database):
    first, second = a_product(session, "First", stock=50), a_product(session, "Second", stock=50)
    post_to(session, "DE")
    one_way, other_way = (first.id, second.id), (second.id, first.id)
    carts = [Cart().add(a, 1, 1250).add(b, 1, 1250) for a, b in [one_way, other_way] * 4]
    session.commit()

    outcomes = _race(database, carts)

    assert len(set(outcomes)) == 8
    assert level(session, first.id) == level(session, second.id) == (50, 8)


def test_two_tabs_that_change_one_order_at_the_same_moment_leave_one_of_both_whole(session, database, tea):
    cart = Cart().add(tea.id, 1, 1250)
    order_id = placed(session, cart).id
    tea_id = tea.id
    for _ in range(5):
        session.commit()

        _race(database, [cart.set(tea_id, pieces) for pieces in (2, 5, 3, 4)])

        session.expire_all()
        order = session.get_one(Order, order_id)
        [line] = order.lines
        assert order.subtotal == line.quantity * 1250
        assert level(session, tea_id) == (10, line.quantity)


def test_b1_the_other_click_may_finish_between_two_looks(postgres):
    """The first click commits after the second looked for its order, and before the second looks at the stock."""
    with postgres.session() as first, postgres.session() as second:
        bowl = a_product(first, "Bowl", price=4100, stock=1)
        post_to(first, "DE")
        first.commit()
        cart = Cart().add(bowl.id, 1, 4100)
        order = placed(first, cart)
        first.flush()
        hits = []

        def finish(_connection, _cursor, statement, *_):
            if "FROM stock_levels" in statement and not hits:
                hits.append(statement)
                first.commit()

        event.listen(second.get_bind(), "before_cursor_execute", finish)
        assert placed(second, cart).id == order.id
        assert hits
