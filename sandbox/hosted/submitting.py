"""A buyer submits: from a form to a paid, refused or waiting session. The page and the tests' JSON come here alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from sandbox import cards, rules
from sandbox.delivering import waiting
from sandbox.hosted import form, questions, subscribing
from sandbox.paying import attempting, debits, methods, sessions, setups, taxing
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
        intent = tx.find(session.get("_asking"))
        if session["status"] != "open" or intent is None or intent["status"] != "requires_action":
            return Outcome("done" if session["status"] == "complete" else "over", session)
        with tx.together():
            outcome = _answered(tx, session, intent, passed)
        told = list(tx.told)
    if outcome.state == "done":
        waiting.for_answer(world, told)
    return outcome


def return_address(session: Thing) -> str:
    """Where a buyer goes who has paid."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", quote(session["id"]))


def saved_cards(tx: Transaction, session: Thing) -> list[Thing]:
    """Cards of a returning customer that may be shown again (section 3)."""
    options = session["saved_payment_method_options"] or {}
    shown = options.get("allow_redisplay_filters", ["always"])
    if not session["customer"]:
        return []
    found = tx.all("payment_method", customer=session["customer"], type="card")
    return [one for one in found if one["allow_redisplay"] in shown]


def _pay(tx: Transaction, session: Thing, given: Mapping[str, str]) -> Outcome:
    if session["status"] != "open":
        return Outcome("done" if session["status"] == "complete" else "over", session)
    if session["expires_at"] <= tx.now:
        sessions.expire(tx, session)
        return Outcome("over", session)
    saved = frozenset(one["id"] for one in saved_cards(tx, session))
    typed = form.read(given, session, tx.now, saved)
    if typed.wrong:
        return Outcome("wrong", session, typed.wrong)
    with tx.together():
        return _typed(tx, session, typed)


def _typed(tx: Transaction, session: Thing, typed: form.Typed) -> Outcome:
    """Take what was typed and try; where it changes the sum, the buyer looks at the new one first."""
    seen = taxing.on_top(session, None, 0)
    _learn(session, typed)
    if taxing.on_top(session, None, 0) != seen:
        tx.put(session)
        return Outcome("wrong", session, {"total": "Tax for your address has been added. Look at the new total."})
    session["_save"] = typed.save
    method = _method(tx, typed)
    return _go_on(tx, session, typed, method)


def _go_on(tx: Transaction, session: Thing, typed: form.Typed, method: Thing | None) -> Outcome:
    if session["mode"] != "payment":
        return _keep(tx, session, method)
    if session["amount_total"]:
        return _try(tx, session, typed, method)
    sessions.know_customer(tx, session)
    sessions.complete(tx, session, None)
    return Outcome("done", session)


def submit_method(tx: Transaction, session: Thing, method: Thing) -> Outcome:
    """Submit the page without a form, with a payment method that exists; its owner is the buyer."""
    known = method["billing_details"]
    customer = tx.find(session["customer"])
    email = known["email"] or session["customer_email"] or (customer["email"] if customer else None)
    typed = form.Typed(email=email or "stripe@example.com", name=known["name"] or "")
    _learn(session, typed)
    return _go_on(tx, session, typed, method)


def _method(tx: Transaction, typed: form.Typed) -> Thing | None:
    """The payment method that the buyer typed or chose; None when none is needed."""
    if typed.saved:
        return tx.get(typed.saved)
    if typed.account:
        return debits.from_account(tx, typed.account, typed.email, typed.name)
    if typed.card is None:
        return None
    address = typed.answers.billing or (typed.address and typed.address["address"])
    details = {"email": typed.email, "name": typed.name, "address": address, "phone": typed.answers.phone}
    return methods.from_card(tx, typed.card, typed.expiry, details)


def _try(tx: Transaction, session: Thing, typed: form.Typed, method: Thing | None) -> Outcome:
    if method is None:
        raise LookupError(session["id"])
    intent = sessions.intent_of(tx, session)
    sessions.know_customer(tx, session)
    sessions.ready(session, intent)
    if typed.account:
        method["customer"] = session["customer"]
        debits.begin(tx, intent, tx.put(method))
    else:
        attempting.attempt(tx, intent, method, page=return_address(session))
    return _settled(tx, session, intent)


def _keep(tx: Transaction, session: Thing, method: Thing | None) -> Outcome:
    """Setup and subscription: the card stays with the customer; one that refuses to be kept is declined at once."""
    sessions.know_customer(tx, session)
    refusal = methods.refuses_attachment(methods.card_of(method)) if method else None
    if refusal:
        told = cards.DECLINES[refusal]
        tx.put(session)
        return Outcome("declined", session, {"card": told.message}, told.decline_code)
    if session["mode"] == "subscription":
        return _subscribed(tx, session, subscribing.attempt(tx, session, method, return_address(session)))
    intent = tx.get(session["setup_intent"])
    intent["customer"] = session["customer"]
    if method:
        method["allow_redisplay"] = "always"
        setups.attempt(tx, intent, method, return_address(session))
    return _set_up(tx, session, intent)


def _answered(tx: Transaction, session: Thing, intent: Thing, passed: bool) -> Outcome:
    if intent["object"] == "payment_intent":
        attempting.authenticated(tx, intent, passed)
        if session["mode"] == "payment":
            return _settled(tx, session, intent)
        return _subscribed(tx, session, subscribing.outcome(tx, session))
    setups.authenticated(tx, intent, passed)
    if session["mode"] == "setup" or intent["status"] != "succeeded":
        return _set_up(tx, session, intent)
    subscribing.start(tx, session, tx.get(intent["payment_method"]), return_address(session))
    return _subscribed(tx, session, subscribing.outcome(tx, session))


def _subscribed(tx: Transaction, session: Thing, intent: Thing | None) -> Outcome:
    if intent is None:
        sessions.complete(tx, session, None)
        return Outcome("done", session)
    return _set_up(tx, session, intent) if intent["object"] == "setup_intent" else _settled(tx, session, intent)


def _set_up(tx: Transaction, session: Thing, intent: Thing) -> Outcome:
    if intent["status"] == "succeeded":
        sessions.complete(tx, session, None)
        return Outcome("done", session)
    return _waiting(tx, session, intent, intent["last_setup_error"])


def _settled(tx: Transaction, session: Thing, intent: Thing) -> Outcome:
    if intent["status"] in ("succeeded", "requires_capture", "processing"):
        _save(tx, session, intent)
        sessions.complete(tx, session, intent)
        return Outcome("done", session)
    return _waiting(tx, session, intent, intent["last_payment_error"])


def _waiting(tx: Transaction, session: Thing, intent: Thing, error: Thing | None) -> Outcome:
    """The bank asks, or has refused; the session stays open."""
    if intent["status"] == "requires_action":
        session["_asking"] = intent["id"]
        tx.put(session)
        return Outcome("authenticate", session)
    tx.put(session)
    error = error or {"code": "", "message": ""}
    failed = str(error["code"]).endswith("authentication_failure")
    words = attempting.LOOKUP_FAILED if failed else error["message"]
    return Outcome("declined", session, {"card": words}, error.get("decline_code"))


def _save(tx: Transaction, session: Thing, intent: Thing) -> None:
    """Keep the card where the shop asks for later use of it, or the buyer ticked the box."""
    method = tx.find(intent["payment_method"])
    if method is None or not session["customer"] or method["customer"] or method["type"] != "card":
        return
    if intent["setup_future_usage"] or session.get("_save"):
        method["allow_redisplay"] = "always" if session.get("_save") else "limited"
        method["_set_up"] = intent["setup_future_usage"] == "off_session"
        methods.attach(tx, method, session["customer"])


def _learn(session: Thing, typed: form.Typed) -> None:
    """Take what the buyer said into the session (section 3, Collected)."""
    address = typed.answers.billing or (typed.address["address"] if typed.address else dict.fromkeys(rules.ADDRESS))
    known = {"email": typed.email, "name": typed.name or None, "phone": typed.answers.phone} | typed.answers.names
    session["customer_details"] = sessions.details(address=address, **known)
    questions.take(session, typed.answers)
    names = {"business_name": None, "individual_name": None} | typed.answers.names
    collected = names | {"shipping_details": typed.address}
    session["collected_information"] = collected
    if typed.rate:
        session["_chosen_rate"] = typed.rate
    if typed.rate or session["automatic_tax"]["enabled"]:
        sessions.add_up(session)
