"""How a table stands to a person: which of its rows are theirs, what is handed out of them, and what is left of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Table

from storefront.privacy.person import Person

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """A person, and the rows that name them in their text: ids of events from Stripe, and of commands to it.

    `looked_to`: the newest event that was looked at.
    """

    person: Person
    events: frozenset[int] = frozenset()
    commands: frozenset[int] = frozenset()
    looked_to: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """`what`: a sentence, for the person. `rows`: which are theirs.

    `erased`: what becomes of a column: a value, or a function of the row. `swept`: texts that stay, without the person's own
    words in them. `kept`: other texts that stay. `hidden`: columns that are not handed out: names of staff, and secrets.
    `gone`: the rows are deleted. `derived`: an index of what is handed out already.
    """

    table: Table
    what: str
    rows: Callable[[Found], ColumnElement[bool]]
    erased: Mapping[str, Any] = field(default_factory=dict)
    swept: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    gone: bool = False
    derived: bool = False

    @property
    def spoken_for(self) -> set[str]:
        """Columns of which it is said what becomes of them."""
        return {*self.erased, *self.swept, *self.kept}


WORK = ("claimed_by",)
"""Of rows that wait for the worker: which process has them."""
