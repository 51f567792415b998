"""A promotion code typed on the page."""

from sandbox.paying import discounting, sessions
from sandbox.transaction import Thing, Transaction, public
from sandbox.world import World

WRONG = "This code is invalid."


def promote(world: World, session_id: str, word: str) -> str | None:
    """Take a code into the session, or with an empty word take it out; a sentence when the code is not good."""
    with world.writing(session_id.startswith("cs_live_")) as tx:
        session = tx.find(session_id)
        if session is None or session["status"] != "open" or not session["allow_promotion_codes"]:
            return WRONG
        code = discounting.by_code(tx, word) if word.strip() else None
        if word.strip() and (
            code is None or not discounting.code_usable(tx, code, session["customer"], session["amount_subtotal"])
        ):
            return WRONG
        coupon = tx.get(code["promotion"]["coupon"]) if code else None
        _apply(tx, session, coupon, code)
    return None


def _apply(tx: Transaction, session: Thing, coupon: Thing | None, code: Thing | None) -> None:
    session["_coupon"] = public(coupon) if coupon else None
    session["discounts"] = [{"coupon": None, "promotion_code": code["id"]}] if code else []
    sessions.add_up(session)
    tx.put(session)
