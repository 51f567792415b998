"""Nothing personal is forgotten: every table is in the register, and every text of a personal one is spoken for."""

import pytest
from sqlalchemy import JSON, LargeBinary, String

from storefront.privacy.erasing import pointing
from storefront.privacy.register import HELD, NOT_PERSONAL, PASSING
from storefront.roots.tables import metadata


def test_every_table_is_held_or_not_personal_and_none_twice():
    said = [*HELD, *NOT_PERSONAL, *PASSING]

    assert sorted(set(metadata.tables) - set(said)) == [], "say in storefront/privacy/register.py what these hold"
    assert sorted(set(said) - set(metadata.tables)) == []
    assert len(said) == len(set(said))


@pytest.mark.parametrize("name", HELD)
def test_of_every_text_it_is_said_what_becomes_of_it(name):
    held = HELD[name]
    texts = {column.name for column in held.table.columns if isinstance(column.type, String | JSON | LargeBinary)}
    there = set(held.table.columns.keys())

    assert held.gone or sorted(texts - held.spoken_for) == [], "erased, swept or kept?"
    assert held.spoken_for | set(held.hidden) <= there
    assert not set(held.kept) & ({*held.erased} | {*held.swept})


def test_whatever_points_to_rows_that_are_deleted_can_let_go_or_goes_before():
    order = list(HELD)
    assert {f"{table.name}.{key.parent.name}" for table, key in pointing()} >= {
        "orders.buyer_id",
        "subscriptions.buyer_id",
    }
    assert [str(key.parent) for _, key in pointing() if not key.parent.nullable] == []
    for name, held in HELD.items():
        for key in held.table.foreign_keys if held.gone else ():
            target = HELD.get(key.column.table.name)
            assert target is None or not target.gone or order.index(name) < order.index(target.table.name)
