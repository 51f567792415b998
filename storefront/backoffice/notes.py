"""`/backoffice/orders/<number>/notes`: what colleagues should know; buyers never see it."""

import re
import secrets
from typing import Any

from flask import redirect, request

from storefront import pan
from storefront.backoffice.access import me
from storefront.backoffice.door import blueprint
from storefront.backoffice.orders import order_of_merchant, page_of, show_order
from storefront.orders.timeline import tell
from storefront.web.database import session

LONGEST = 2000
CARD = (
    "That looks like a card number, so it was not kept. The shop must never hold one:"
    " write the last four digits, or find the payment at Stripe."
)


def _fault(text: str) -> str:
    if not text:
        return "Write something first."
    if len(text) > LONGEST:
        return f"A note has at most {LONGEST} characters; this one has {len(text)}."
    return CARD if pan.found(text) else ""


@blueprint.post("/orders/<number>/notes")
def add_note(number: str) -> Any:
    """Pressing the button twice keeps it once."""
    order = order_of_merchant(number)
    text = request.form.get("text", "").strip().replace("\r\n", "\n")
    fault = _fault(text)
    if fault:
        return show_order(order, fault, 422)
    once = request.form.get("once", "")
    key = once if re.fullmatch(r"[\w-]{10,40}", once) else secrets.token_urlsafe(12)
    tell(session(), order.id, f"note:{key}", text, me().name, public=False)
    session().commit()
    return redirect(page_of(order), 303)
