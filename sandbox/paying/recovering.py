"""A session that has expired may be begun again by a link (STRIPE.md section 3, Recovery)."""

import copy

from sandbox import ids
from sandbox.transaction import Thing, Transaction

LIVES = 30 * 86400


def settings(given: Thing | None) -> Thing | None:
    """after_expiration of a new session."""
    recovery = (given or {}).get("recovery")
    if recovery is None:
        return None
    promotion = recovery.get("allow_promotion_codes", False)
    known = {"allow_promotion_codes": promotion, "enabled": recovery["enabled"]}
    return {"recovery": known | {"expires_at": None, "url": None}}


def offer(tx: Transaction, session: Thing) -> None:
    """Give an expired session its link, if the shop asked for one."""
    recovery = (session["after_expiration"] or {}).get("recovery")
    if recovery and recovery["enabled"]:
        session["_recovery"] = ids.letters(40)
        recovery |= {"expires_at": tx.now + LIVES, "url": f"{tx.site}/r/{session['_recovery']}"}


def begun_again(tx: Transaction, token: str) -> Thing | None:
    """The open session that a link leads to: a copy of the expired one; None if the link is unknown or too old."""
    found = tx.all("checkout.session", _recovery=token) if token else []
    if not found or found[0]["after_expiration"]["recovery"]["expires_at"] < tx.now:
        return None
    for other in tx.all("checkout.session", recovered_from=found[0]["id"]):
        if other["status"] == "open" and other["expires_at"] > tx.now:
            return other
    return _copied(tx, found[0])


def _copied(tx: Transaction, old: Thing) -> Thing:
    session = copy.deepcopy(old) | tx.new("cs", "checkout.session")
    recovery = session["after_expiration"]["recovery"]
    session |= {
        "allow_promotion_codes": recovery["allow_promotion_codes"] or old["allow_promotion_codes"],
        "collected_information": None,
        "invoice": None,
        "expires_at": tx.now + old["expires_at"] - old["created"],
        "payment_intent": None,
        "recovered_from": old["id"],
        "status": "open",
        "url": f"{tx.site}/c/{session['id']}",
        "_recovery": None,
    }
    recovery |= {"expires_at": None, "url": None}
    for item in session["_line_items"]:
        renewed, item["id"] = item["id"], ids.new_id("li")
        for offer in session.get("_offers", ()):
            offer["taken"] = item["id"] if offer["taken"] == renewed else offer["taken"]
    for note in ("_pending", "_asking", "_chosen_rate", "_save"):
        session.pop(note, None)
    tx.put(session)
    tx.schedule(session["expires_at"], "expire_session", session["id"])
    return session
