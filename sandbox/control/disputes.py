"""Disputes opened and decided by hand: a cardholder complains, a bank says its word."""

from flask import jsonify

from sandbox.control.door import Reply, body, door, wrong
from sandbox.current import world
from sandbox.paying import disputing
from sandbox.transaction import public

VERDICTS = ("won", "lost", "escalated", "closed", "prevented", "appealed")


@door.post("/disputes")
def act() -> Reply:
    """{"charge": "ch_..", "reason": "fraudulent", "inquiry": false, "amount": 500} opens a dispute over that part, or all
    that is left; {"dispute": "du_..", "decide": "won"} ends one, {"dispute": "du_..", "status": "some_new"} invents a word.
    """
    given = body()
    named = str(given.get("dispute") or given.get("charge") or "")
    found = world().thing(named)
    kind = "dispute" if "dispute" in given else "charge"
    if found is None or found["object"] != kind:
        return wrong(f"There is no {kind} {named!r}.")
    if kind == "dispute" and given.get("decide") not in VERDICTS and "status" not in given:
        return wrong(f"decide must be one of {', '.join(VERDICTS)}.")
    if kind == "charge" and (not found["captured"] or found["refunded"]):
        return wrong("Only a charge that was captured, and not refunded, can be disputed.")
    with world().writing(found["livemode"]) as tx:
        thing = tx.get(named)
        if kind == "dispute" and "status" in given:
            disputing.rename(tx, thing, str(given["status"]))
        elif kind == "dispute":
            disputing.decide(tx, thing, str(given["decide"]))
        elif disputing.undisputed(tx, thing) < max(int(given.get("amount") or 0), 1):
            return wrong("So much of this charge is not left: it was refunded, or is disputed already.")
        else:
            reason = str(given.get("reason", "fraudulent"))
            amount = int(given.get("amount") or 0)
            thing = disputing.begin(tx, thing, reason, bool(given.get("inquiry")), amount)
    return jsonify(public(thing))
