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


def test_rows_that_are_deleted_are_pointed_to_by_none_that_comes_later():
    order = list(HELD)
    for name, held in HELD.items():
        for key in held.table.foreign_keys:
            target = key.column.table.name
            if target in HELD and HELD[target].gone:
                assert order.index(name) < order.index(target), f"{name} points to {target}"
