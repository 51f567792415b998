"""Reviews: payments that Radar holds for a person to look at (STRIPE.md section 5, card 9235)."""

from sandbox.errors import refused
from sandbox.paying import reviewing
from sandbox.transaction import Thing
from sandbox.wire.listing import listed
from sandbox.wire.routing import Call, route


@route("GET", "/v1/reviews/<id>", "ReviewRetrieveParams")
def retrieve(call: Call) -> Thing:
    return call.tx.require("review", call.ids["id"])


@route("POST", "/v1/reviews/<id>/approve", "ReviewApproveParams")
def approve(call: Call) -> Thing:
    review = call.tx.require("review", call.ids["id"])
    if not review["open"]:
        raise refused(f"Review {review['id']} has already been closed.")
    return reviewing.close(call.tx, review, "approved")


@route("GET", "/v1/reviews", "ReviewListParams")
def listing(call: Call) -> Thing:
    """Open ones only, as at Stripe."""
    return listed(call, "review", where="json_extract(body, '$.open')")
