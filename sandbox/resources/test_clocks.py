"""Test clocks by API (STRIPE.md section 10)."""

from sandbox.billing import leaving, periods, standing
from sandbox.errors import invalid, refused
from sandbox.paying import testclocks
from sandbox.paying.duties import duty
from sandbox.transaction import Thing, Transaction
from sandbox.wire.listing import listed
from sandbox.wire.routing import Call, route

NOUN = "test clock"
TWO_YEARS = 2 * 365 * 86400
LIVES = 30 * 86400
MOST_CUSTOMERS = 3


@route("POST", "/v1/test_helpers/test_clocks", "test_helpers.TestClockCreateParams")
def create(call: Call) -> Thing:
    tx, params = call.tx, call.params
    if tx.livemode:
        raise invalid("Test clocks are only available in test mode.")
    clock = tx.new(
        "clock",
        testclocks.KIND,
        deletes_after=tx.now + LIVES,
        frozen_time=params["frozen_time"],
        name=params.get("name"),
        status="ready",
        status_details={},
    )
    tx.put(clock)
    if "customer" in params:
        customer = tx.require("customer", params["customer"], "customer")
        if customer["test_clock"]:
            raise refused("This customer is already attached to a test clock.", "customer")
        testclocks.adopt(tx, clock, customer)
    tx.schedule(clock["deletes_after"], "delete_clock", clock["id"])
    tx.tell("test_helpers.test_clock.created", clock)
    return clock


@route("GET", "/v1/test_helpers/test_clocks/<id>", "test_helpers.TestClockRetrieveParams")
def retrieve(call: Call) -> Thing:
    return call.tx.require(testclocks.KIND, call.ids["id"], noun=NOUN)


@route("GET", "/v1/test_helpers/test_clocks", "test_helpers.TestClockListParams")
def listing(call: Call) -> Thing:
    return listed(call, testclocks.KIND)


@route("POST", "/v1/test_helpers/test_clocks/<id>/advance", "test_helpers.TestClockAdvanceParams")
def advance(call: Call) -> Thing:
    """Answers at once with status advancing; it is ready a moment later."""
    tx, target = call.tx, call.params["frozen_time"]
    clock = tx.require(testclocks.KIND, call.ids["id"], noun=NOUN)
    if clock["status"] != "ready":
        raise refused(f"Test clock is {clock['status'].replace('_', ' ')} and cannot be advanced.")
    if target <= clock["frozen_time"]:
        raise invalid("frozen_time must be after the test clock's current frozen time.", "frozen_time")
    if target > _furthest(tx, clock):
        message = (
            "Cannot advance a test clock more than two intervals of its shortest subscription, or two years if it has "
            "no subscriptions."
        )
        raise invalid(message, "frozen_time")
    testclocks.begin(tx, clock, target)
    return clock


def _furthest(tx: Transaction, clock: Thing) -> int:
    found = [one for one in tx.all("subscription", test_clock=clock["id"]) if one["status"] not in standing.OVER]
    rhythms = [item["price"]["recurring"] for one in found for item in one["items"]["data"]]
    ends = [periods.boundary(clock["frozen_time"], recurring, 2) for recurring in rhythms]
    return min(ends, default=clock["frozen_time"] + TWO_YEARS)


@route("DELETE", "/v1/test_helpers/test_clocks/<id>", "test_helpers.TestClockDeleteParams")
def delete(call: Call) -> Thing:
    clock = call.tx.require(testclocks.KIND, call.ids["id"], noun=NOUN)
    testclocks.must_stand_still(call.tx, {"test_clock": clock["id"]})
    _delete(call.tx, clock)
    return {"id": clock["id"], "object": testclocks.KIND, "deleted": True}


@duty("delete_clock")
def _delete(tx: Transaction, clock: Thing) -> None:
    """Its customers, and what they subscribed to, go with it."""
    for customer in tx.all("customer", test_clock=clock["id"]):
        leaving.for_good(tx, customer)
    tx.connection.execute("DELETE FROM duties WHERE clock = ?", (clock["id"],))
    tx.drop(clock)
    tx.tell("test_helpers.test_clock.deleted", clock)


def joined(tx: Transaction, name: str) -> Thing:
    """The clock that a new customer asks for. Raises Stripe's 400 if there is none, or no room on it."""
    clock = tx.require(testclocks.KIND, name, "test_clock", NOUN)
    testclocks.must_stand_still(tx, {"test_clock": clock["id"]})
    if len(tx.all("customer", test_clock=name)) >= MOST_CUSTOMERS:
        raise refused(f"You can only have up to {MOST_CUSTOMERS} customers on a test clock.", "test_clock")
    return clock
