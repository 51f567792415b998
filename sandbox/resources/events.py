"""Events: retrieved and listed for thirty days (STRIPE.md section 11)."""

from sandbox.errors import exclusive, no_such
from sandbox.transaction import Thing, Transaction
from sandbox.wire.listing import listed
from sandbox.wire.routing import Call, route

KEPT_FOR = 30 * 86400


@route("GET", "/v1/events/<id>", "EventRetrieveParams")
def retrieve(call: Call) -> Thing:
    event = call.tx.require("event", call.ids["id"])
    if event["created"] < call.tx.now - KEPT_FOR:
        raise no_such("event", call.ids["id"])
    return _current(call.tx, event)


@route("GET", "/v1/events", "EventListParams")
def listing(call: Call) -> Thing:
    params = call.params
    if "type" in params and "types" in params:
        raise exclusive("type", "types")
    wanted = params.get("types") or ([params["type"]] if "type" in params else [])
    where, values = ["created >= ?"], [call.tx.now - KEPT_FOR]
    if wanted:
        likes = " OR ".join("json_extract(body, '$.type') GLOB ?" for _ in wanted)
        where.append(f"({likes})")
        values += wanted
    if "delivery_success" in params:
        where.append(_delivered(params["delivery_success"]))
    page = listed(call, "event", where=" AND ".join(where), values=tuple(values))
    page["data"] = [_current(call.tx, one) for one in page["data"]]
    return page


def _delivered(success: bool) -> str:
    """True: every endpoint has answered; false: at least one has not."""
    waiting = (
        "EXISTS (SELECT 1 FROM deliveries WHERE deliveries.event = objects.id AND deliveries.state != 'delivered')"
    )
    return f"NOT {waiting}" if success else waiting


def _current(tx: Transaction, event: Thing) -> Thing:
    """pending_webhooks counts the deliveries that have not succeeded yet."""
    row = tx.connection.execute(
        "SELECT count(*) FROM deliveries WHERE event = ? AND state != 'delivered'", (event["id"],)
    ).fetchone()
    return event | {"pending_webhooks": row[0]}
