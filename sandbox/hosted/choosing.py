"""A buyer changes the order on the page: adds what is offered, takes it out again, wants more or fewer."""

from collections.abc import Mapping

from sandbox import ids
from sandbox.errors import StripeError
from sandbox.hosted import subscribing
from sandbox.paying import discounting, sessions
from sandbox.resources.checkout_sessions import check_total
from sandbox.resources.prices import rounded
from sandbox.transaction import Thing, Transaction
from sandbox.world import World

GONE = "This can no longer be changed here."
LAST = "This is all that is left of your order, so it stays. Go back to the shop to leave without it."


class Refusal(Exception):
    """A change that cannot be made; the sentence says why."""


def change(world: World, session_id: str, given: Mapping[str, str]) -> str | None:
    """`add` an offer, `remove` an item, or set an item's `quantity`; a sentence when it cannot be."""
    with world.writing(session_id.startswith("cs_live_")) as tx:
        session = tx.find(session_id)
        if session is None or session["status"] != "open" or _is_begun(tx, session):
            return GONE
        try:
            _change(session, given)
            _add_up(tx, session)
        except (Refusal, StripeError) as refusal:
            return str(refusal)
        tx.put(session)
    return None


def _is_begun(tx: Transaction, session: Thing) -> bool:
    """Whether the bank is asking about this sum, or a subscription to these items waits for its payment."""
    asking = tx.find(session.get("_asking"))
    return bool(session.get("_pending") or (asking and asking["status"] == "requires_action"))


def _change(session: Thing, given: Mapping[str, str]) -> None:
    if given.get("add"):
        _add(session, given["add"])
        return
    item = next((one for one in session["_line_items"] if one["id"] in (given.get("item"), given.get("remove"))), None)
    if item is None:
        raise Refusal(GONE)
    if given.get("remove"):
        _remove(session, item)
    else:
        _set(session, item, given.get("quantity", ""))


def offers(session: Thing) -> list[Thing]:
    """What can still be added."""
    there = {item["id"] for item in session["_line_items"]}
    return [offer["item"] for offer in session.get("_offers", ()) if offer["taken"] not in there]


def removable(session: Thing, item: Thing) -> bool:
    """An item that was added, or of which there may be none; never the last of a session or of a subscription."""
    rest = [one for one in session["_line_items"] if one is not item]
    goes_on = any(one["price"]["recurring"] for one in rest) if session["mode"] == "subscription" else bool(rest)
    added = item["id"] in {offer["taken"] for offer in session.get("_offers", ())}
    return goes_on and (added or (item["adjustable_quantity"] or {}).get("minimum") == 0)


def least(session: Thing, item: Thing) -> int:
    """The smallest quantity that the buyer may type; none at all is a removal."""
    return 0 if removable(session, item) else max(1, int(item["adjustable_quantity"]["minimum"]))


def _add(session: Thing, name: str) -> None:
    there = {item["id"] for item in session["_line_items"]}
    for offer in session.get("_offers", ()):
        if offer["item"]["id"] == name and offer["taken"] not in there:
            offer["taken"] = ids.new_id("li")
            session["_line_items"].append(offer["item"] | {"id": offer["taken"]})


def _remove(session: Thing, item: Thing) -> None:
    if not removable(session, item):
        raise Refusal(LAST)
    session["_line_items"].remove(item)


def _set(session: Thing, item: Thing, typed: str) -> None:
    bounds = item["adjustable_quantity"]
    if not bounds:
        raise Refusal(GONE)
    wanted = int(typed) if typed.strip().isascii() and typed.strip().isdigit() else -1
    if wanted == 0 and removable(session, item):
        _remove(session, item)
    elif max(1, bounds["minimum"]) <= wanted <= bounds["maximum"]:
        item["quantity"] = wanted
    else:
        raise Refusal(f"Write a whole number from {max(1, bounds['minimum'])} to {bounds['maximum']}.")


def _add_up(tx: Transaction, session: Thing) -> None:
    """Amounts of the items and sums of the session; a promotion code goes whose least sum is no longer reached."""
    free = subscribing.trial_end(session, tx.now) is not None
    for item in session["_line_items"]:
        amount = 0 if free and item["price"]["recurring"] else rounded(item["price"], item["quantity"])
        item |= {"amount_subtotal": amount, "amount_total": amount}
    sessions.add_up(session)
    code = tx.find(session["discounts"][0]["promotion_code"]) if session["discounts"] else None
    if code and not discounting.code_usable(tx, code, session["customer"], session["amount_subtotal"]):
        session |= {"discounts": [], "_coupon": None}
        sessions.add_up(session)
    check_total(tx, session)
