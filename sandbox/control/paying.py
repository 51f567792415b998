"""Paying a session without a page, by the same way as the page's form."""

from flask import jsonify

from sandbox import cards
from sandbox.control.door import Reply, body, door, wrong
from sandbox.current import world
from sandbox.hosted import promoting, submitting
from sandbox.transaction import public

TYPED = {"cvc": "123", "email": "ada@example.com", "name": "Ada Buyer"}


@door.post("/pay")
def pay() -> Reply:
    """{"session", "card", ..the form's fields, "authentication": "complete" or "fail"} -> what came of it."""
    given = {name: str(value) for name, value in body().items()}
    number = given.pop("card", "4242424242424242")
    if given.get("promotion_code"):
        refusal = promoting.promote(world(), given.get("session", ""), given.pop("promotion_code"))
        if refusal:
            return wrong(refusal)
    cvc = {"cvc": "1234"} if number.startswith("37") else {}
    session = given.get("session", "")
    month, year = cards.usual_expiry(world().clock.now())
    typed = {**TYPED, "expiry": f"{month} / {year}", **cvc, "card_number": number, **given}
    outcome = submitting.pay(world(), session, typed)
    if outcome is None:
        return wrong("There is no such session.")
    if outcome.state == "authenticate" and given.get("authentication") in ("complete", "fail"):
        outcome = submitting.authenticate(world(), session, given["authentication"] == "complete") or outcome
    return jsonify(
        state=outcome.state,
        wrong=outcome.wrong,
        decline_code=outcome.decline_code,
        redirect=submitting.return_address(outcome.session) if outcome.state == "done" else None,
        session=public(outcome.session),
    )
