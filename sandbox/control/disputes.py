"""Disputes opened and decided by hand: a cardholder complains, a bank says its word."""

from flask import jsonify

from sandbox.control.door import Reply, body, door, wrong
from sandbox.current import world
from sandbox.paying import disputing
from sandbox.transaction import public

VERDICTS = ("won", "lost", "escalated", "closed")


@door.post("/disputes")
def act() -> Reply:
    """{"charge": "ch_..", "reason": "fraudulent", "inquiry": false} opens; {"dispute": "du_..", "decide": "won"} ends."""
    given = body()
    named = str(given.get("dispute") or given.get("charge") or "")
    found = world().thing(named)
    kind = "dispute" if "dispute" in given else "charge"
    if found is None or found["object"] != kind:
        return wrong(f"There is no {kind} {named!r}.")
    if kind == "dispute" and given.get("decide") not in VERDICTS:
        return wrong(f"decide must be one of {', '.join(VERDICTS)}.")
    if kind == "charge" and (found["disputed"] or not found["captured"] or found["refunded"]):
        return wrong("Only a charge that was captured, and neither refunded nor disputed before, can be disputed.")
    with world().writing(found["livemode"]) as tx:
        thing = tx.get(named)
        if kind == "dispute":
            disputing.decide(tx, thing, str(given["decide"]))
        else:
            reason = str(given.get("reason", "fraudulent"))
            thing = disputing.begin(tx, thing, reason, bool(given.get("inquiry")))
    return jsonify(public(thing))
