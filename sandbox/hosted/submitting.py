"""A buyer submits: from a form to a paid, refused or waiting session. The page and the tests' JSON come here alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from sandbox.cards import Card
from sandbox.delivering import waiting
from sandbox.hosted import form
from sandbox.paying import attempting, debits, methods, sessions
from sandbox.transaction import Thing, Transaction
from sandbox.world import World


@dataclass
class Outcome:
    """What came of it. `state`: done, authenticate, declined, wrong, or over (the session can no longer be paid)."""

    state: str
    session: Thing
    wrong: dict[str, str] = field(default_factory=dict)
    decline_code: str | None = None


def pay(world: World, session_id: str, typed: Mapping[str, str]) -> Outcome | None:
    """Try to pay; None when there is no such session. Waits for the shop's answer to the completed event."""
    livemode = session_id.startswith("cs_live_")
    with world.writing(livemode) as tx:
        session = tx.find(session_id)
        if session is None or session["object"] != "checkout.session":
            return None
        outcome = _pay(tx, session, typed)
        told = list(tx.told)
    if outcome.state == "done":
        waiting.for_answer(world, told)
    return outcome


def authenticate(world: World, session_id: str, passed: bool) -> Outcome | None:
    """The buyer answers on the bank's page."""
    with world.writing(session_id.startswith("cs_live_")) as tx:
        session = tx.find(session_id)
        if session is None or session["object"] != "checkout.session":
            return None
        intent = tx.find(session["payment_intent"])
        if session["status"] != "open" or intent is None or intent["status"] != "requires_action":
            return Outcome("done" if session["status"] == "complete" else "over", session)
        with tx.together():
            attempting.authenticated(tx, intent, passed)
            outcome = _settled(tx, session, intent)
        told = list(tx.told)
    if outcome.state == "done":
        waiting.for_answer(world, told)
    return outcome


def return_address(session: Thing) -> str:
    """Where a buyer goes who has paid."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", quote(session["id"]))


def _pay(tx: Transaction, session: Thing, given: Mapping[str, str]) -> Outcome:
    if session["status"] != "open":
        return Outcome("done" if session["status"] == "complete" else "over", session)
    if session["expires_at"] <= tx.now:
        sessions.expire(tx, session)
        return Outcome("over", session)
    typed = form.read(given, session, tx.now)
    if typed.wrong:
        return Outcome("wrong", session, typed.wrong)
    with tx.together():
        _learn(tx, session, typed)
        if not session["amount_total"]:
            sessions.complete(tx, session, None)
            return Outcome("done", session)
        return _try(tx, session, typed)


def _try(tx: Transaction, session: Thing, typed: form.Typed) -> Outcome:
    intent = sessions.intent_of(tx, session)
    sessions.ready(session, intent)
    if typed.account:
        method = debits.from_account(tx, typed.account, typed.email, typed.name)
        method["customer"] = session["customer"]
        debits.begin(tx, intent, tx.put(method))
    elif typed.card:
        _try_card(tx, session, intent, typed.card, typed)
    return _settled(tx, session, intent)


def _try_card(tx: Transaction, session: Thing, intent: Thing, card: Card, typed: form.Typed) -> None:
    address = typed.address and typed.address["address"]
    details = {"email": typed.email, "name": typed.name, "address": address}
    method = methods.from_card(tx, card, typed.expiry, details)
    method["customer"] = session["customer"]
    tx.put(method)
    attempting.attempt(tx, intent, method, page=return_address(session))


def _settled(tx: Transaction, session: Thing, intent: Thing) -> Outcome:
    tx.put(session)
    if intent["status"] in ("succeeded", "requires_capture", "processing"):
        sessions.complete(tx, session, intent)
        return Outcome("done", session)
    if intent["status"] == "requires_action":
        return Outcome("authenticate", session)
    error = intent["last_payment_error"]
    words = error["message"] if error["code"] != "payment_intent_authentication_failure" else attempting.LOOKUP_FAILED
    return Outcome("declined", session, {"card": words}, error.get("decline_code"))


def _learn(tx: Transaction, session: Thing, typed: form.Typed) -> None:
    """Take what the buyer said into the session (section 3, Collected)."""
    address = typed.address["address"] if typed.address else None
    billing = address or {
        "city": None,
        "country": None,
        "line1": None,
        "line2": None,
        "postal_code": None,
        "state": None,
    }
    session["customer_details"] = sessions.details(email=typed.email, name=typed.name or None, address=billing)
    collected = {"business_name": None, "individual_name": None, "shipping_details": typed.address}
    session["collected_information"] = collected
    if typed.rate:
        session["_chosen_rate"] = typed.rate
        sessions.add_up(session)
    sessions.know_customer(tx, session)
