"""Pages of lists: newest first, exclusive cursors, 1 to 100 a page (STRIPE.md section 2, Pagination)."""

import json
from typing import Any

from sandbox.errors import StripeError, invalid
from sandbox.transaction import Thing, Transaction
from sandbox.wire.routing import Call

_BOUNDS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def listed(call: Call, kind: str, *fields: str, where: str = "", values: tuple[Any, ...] = ()) -> Thing:
    """A page of a kind, filtered by `created` and by those of `fields` (`customer` ..) that the call names."""
    params = call.params
    clauses, bound = ["kind = ?", "livemode = ?"], [kind, call.tx.livemode]
    for name in fields:
        if name in params:
            clauses.append(f"json_extract(body, '$.{name}') = ?")
            bound.append(params[name])
    if where:
        clauses.append(where)
        bound.extend(values)
    for operator, moment in _created(params.get("created")):
        clauses.append(f"created {operator} ?")
        bound.append(moment)
    limit = page_size(params)
    rows, backwards = _rows(call.tx, kind, params, clauses, bound, limit + 1)
    things = [json.loads(row["body"]) for row in rows[:limit]]
    return envelope(things[::-1] if backwards else things, call.path, len(rows) > limit)


def envelope(things: list[Thing], url: str, has_more: bool = False) -> Thing:
    return {"object": "list", "data": things, "has_more": has_more, "url": url}


def page_size(params: dict[str, Any]) -> int:
    limit = params.get("limit", 10)
    if limit < 1:
        raise invalid("This value must be greater than or equal to 1.", "limit", "parameter_invalid_integer")
    if limit > 100:
        raise invalid("This value must be less than or equal to 100 (limit).", "limit", "parameter_invalid_integer")
    return int(limit)


def paged(call: Call, things: list[Thing]) -> Thing:
    """A page of a short list that is already in hand, such as a session's line items."""
    params, limit = call.params, page_size(call.params)
    _one_cursor(params)
    places = {thing["id"]: place for place, thing in enumerate(things)}
    if "starting_after" in params:
        things = things[_place(places, params, "starting_after") + 1 :]
    if "ending_before" in params:
        things = things[: _place(places, params, "ending_before")]
        return envelope(things[-limit:], call.path, len(things) > limit)
    return envelope(things[:limit], call.path, len(things) > limit)


def _place(places: dict[str, int], params: dict[str, Any], name: str) -> int:
    if params[name] not in places:
        raise _no_cursor("item", params[name], name)
    return places[params[name]]


def _created(given: Any) -> list[tuple[str, int]]:
    if given is None:
        return []
    if isinstance(given, int):
        return [("=", given)]
    return [(_BOUNDS[name], moment) for name, moment in given.items()]


def _one_cursor(params: dict[str, Any]) -> None:
    if "starting_after" in params and "ending_before" in params:
        raise invalid("You can only specify one of these parameters: ending_before, starting_after.")


def _rows(
    tx: Transaction, kind: str, params: dict[str, Any], clauses: list[str], bound: list[Any], limit: int
) -> tuple[list[Any], bool]:
    _one_cursor(params)
    backwards = "ending_before" in params
    cursor = params.get("ending_before" if backwards else "starting_after")
    if cursor is not None:
        row = tx.connection.execute(
            "SELECT seq FROM objects WHERE id = ? AND kind = ? AND livemode = ?", (cursor, kind, tx.livemode)
        ).fetchone()
        if row is None:
            raise _no_cursor(kind, cursor, "ending_before" if backwards else "starting_after")
        clauses.append("seq > ?" if backwards else "seq < ?")
        bound.append(row["seq"])
    order = "ASC" if backwards else "DESC"
    query = f"SELECT body FROM objects WHERE {' AND '.join(clauses)} ORDER BY seq {order} LIMIT {limit}"  # noqa: S608  # nosec B608 - clauses of our own, values are bound
    return tx.connection.execute(query, bound).fetchall(), backwards


def _no_cursor(kind: str, cursor: str, param: str) -> StripeError:
    noun = kind.rpartition(".")[2].replace("_", " ")
    return invalid(f"No such {noun}: '{cursor}'", param, "resource_missing")
