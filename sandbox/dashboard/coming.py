"""What the clock will bring, in words."""

from typing import Any

from sandbox.paying import testclocks
from sandbox.world import World

SAID = {
    "expire_session": "a checkout session expires",
    "lapse_hold": "a hold lapses",
    "settle_debit": "a bank answers to a SEPA debit",
    "settle_charge": "a charge settles",
    "make_available": "money becomes available",
    "settle_refund": "a pending refund succeeds",
    "fail_refund": "a refund fails",
    "know_reference": "a refund's bank reference is known",
    "decide_dispute": "a bank decides a dispute",
    "miss_dispute": "the time to answer a dispute is over",
    "close_inquiry": "an inquiry closes",
    "renew_subscription": "a subscription's period ends",
    "announce_renewal": "a renewal is announced",
    "warn_of_trial_end": "the end of a trial is announced",
    "finalize_invoice": "a drafted invoice is finalized and tried",
    "retry_invoice": "a failed invoice is tried again",
    "expire_incomplete": "an unpaid first invoice makes its subscription expire",
    "cancel_subscription": "a subscription ends",
    "resume_collection": "invoices are collected again",
    "end_pause": "a pause ends",
    "delete_clock": "a test clock is deleted",
    "pay_out": "a payout arrives",
    "begin_schedule": "a scheduled subscription begins",
    "turn_phase": "a phase of a schedule ends",
    "warn_of_schedule_end": "the end of a schedule is announced",
}


def coming(world: World, clock: str | None = None) -> list[dict[str, Any]]:
    """The next thing of each kind that the sandbox's clock, or one test clock, will bring; soonest first."""
    connection = world.store.connection()
    duties = connection.execute(
        "SELECT min(due) AS due, kind, subject, count(*) AS times FROM duties"
        " WHERE clock IS ? AND kind <> 'reach_time' GROUP BY kind ORDER BY 1",
        (clock,),
    ).fetchall()
    found = [
        {"due": row["due"], "what": _in_words(world, row), "subject": row["subject"], "times": row["times"]}
        for row in duties
    ]
    if clock is None:
        found += _waiting(world)
    return sorted(found, key=lambda one: one["due"])[:12]


def _in_words(world: World, row: Any) -> str:
    """A period's end may be a trial's, or the last one's: the reader wants to know which."""
    if row["kind"] == "renew_subscription":
        subscription = world.thing(row["subject"]) or {}
        if subscription.get("cancel_at_period_end"):
            return "a subscription ends"
        return {"trialing": "a trial ends", "active": "a subscription renews"}.get(
            subscription.get("status", ""), SAID["renew_subscription"]
        )
    return SAID.get(row["kind"], row["kind"].replace("_", " "))


def _waiting(world: World) -> list[dict[str, Any]]:
    """The delivery that is tried again first."""
    rows = world.store.connection().execute(
        "SELECT due, type, event, count(*) OVER () AS times FROM deliveries"
        " WHERE state = 'pending' AND attempts > 0 ORDER BY due, id LIMIT 1"
    )
    return [
        {
            "due": row["due"],
            "what": f"the event {row['type']} is sent again",
            "subject": row["event"],
            "times": row["times"],
        }
        for row in rows.fetchall()
    ]


def clocks(world: World) -> list[dict[str, Any]]:
    """Test clocks, newest first, each with what it will bring."""
    with world.reading() as tx:
        found = tx.all(testclocks.KIND)
        customers = {clock["id"]: tx.all("customer", test_clock=clock["id"]) for clock in found}
    return [
        {"clock": clock, "customers": customers[clock["id"]], "coming": coming(world, clock["id"])} for clock in found
    ]
