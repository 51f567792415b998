"""Nothing personal is forgotten: every table is in the register, and every text of a personal one is spoken for."""

import pytest
from sqlalchemy import JSON, LargeBinary, String

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


def test_nothing_points_to_rows_that_are_deleted():
    order = list(HELD)
    pointing = [(table, key) for table in metadata.tables.values() for key in table.foreign_keys]
    for table, key in pointing:
        target, own = key.column.table.name, HELD.get(table.name)
        if target in HELD and HELD[target].gone:
            lets_go = own is not None and (own.gone or own.erased.get(key.parent.name, ...) is None)
            assert lets_go, f"{table.name}.{key.parent.name} still points to {target}"
            assert order.index(table.name) < order.index(target)
