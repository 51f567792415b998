"""A new signing secret for a webhook endpoint, as Stripe's Dashboard rolls it (STRIPE.md section 11, Signature)."""

from flask import jsonify

from sandbox.control.door import Reply, body, door, wrong
from sandbox.current import world
from sandbox.resources.webhook_endpoints import LONGEST_OVERLAP, roll


@door.post("/webhook_endpoints/<endpoint_id>/secret")
def roll_secret(endpoint_id: str) -> Reply:
    """{"expires_in": seconds}: how long the old secret signs too, a day at most and by default."""
    seconds = body().get("expires_in", LONGEST_OVERLAP)
    if not isinstance(seconds, int) or not 0 <= seconds <= LONGEST_OVERLAP:
        return wrong(f"expires_in is a whole number of seconds up to {LONGEST_OVERLAP}.")
    for livemode in (False, True):
        with world().writing(livemode) as tx:
            endpoint = tx.find(endpoint_id)
            if endpoint is not None and endpoint["object"] == "webhook_endpoint":
                return jsonify(secret=roll(tx, endpoint, seconds))
    return wrong("There is no such webhook endpoint.")
