"""Which test clock a call stands on: that of the customer, subscription or invoice that it names (STRIPE.md section 10)."""

from sandbox.paying import testclocks
from sandbox.transaction import Thing
from sandbox.wire.routing import Call

_BILLING = ("/v1/credit_notes", "/v1/customers", "/v1/invoice", "/v1/subscription")
_NAMES = ("customer", "invoice", "subscription")


def stand(call: Call) -> None:
    """Let a change happen at its clock's time. Raises Stripe's 429 while that clock is being advanced."""
    names = list(call.ids.values())
    if call.path.startswith(_BILLING):
        names += [call.params[name] for name in _NAMES if isinstance(call.params.get(name), str)]
    for name in names:
        thing = _clocked(call, name)
        if thing:
            testclocks.must_stand_still(call.tx, thing)
            call.tx.stand_on(thing)
            return


def _clocked(call: Call, name: str) -> Thing | None:
    """The thing itself, or the invoice that an intent pays."""
    thing = call.tx.find(name)
    if thing is not None and thing.get("_invoice"):
        thing = call.tx.find(thing["_invoice"])
    return thing if thing is not None and thing.get("test_clock") else None
