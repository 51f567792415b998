"""`/backoffice/orders/<number>/fulfilments`: a parcel of this order goes out."""

import re
import secrets
from collections.abc import Mapping
from typing import Any

from flask import redirect, request

from storefront import pan
from storefront.backoffice.access import me
from storefront.backoffice.door import blueprint
from storefront.backoffice.orders import order_of_merchant, page_of
from storefront.orders.fulfilling import NotShippableError
from storefront.orders.order import Order
from storefront.payments.capture import NotCapturableError
from storefront.payments.sending import send
from storefront.web.database import session
from storefront.web.errors import Refusal
from storefront.work import wake

LONGEST = 60
ODD = "A carrier's name and a tracking number are short, and never a card number."


@blueprint.post("/orders/<number>/fulfilments")
def add_fulfilment(number: str) -> Any:
    """Pressing the button twice sends one parcel and one letter."""
    order = order_of_merchant(number)
    back = ("Back to the order", page_of(order))
    carrier, tracking = _text("carrier"), _text("tracking_number")
    if max(len(carrier), len(tracking)) > LONGEST or pan.found(carrier) or pan.found(tracking):
        raise Refusal(422, "The parcel was not noted", ODD, link=back)
    try:
        send(
            session(),
            order,
            pieces_of(order, request.form),
            key=form_key(),
            carrier=carrier,
            tracking_number=tracking,
            by=me().name,
        )
    except (NotShippableError, NotCapturableError) as error:
        raise Refusal(409, "This cannot be sent", str(error), link=back) from error
    wake(session().connection())
    session().commit()
    return redirect(page_of(order), 303)


def pieces_of(order: Order, form: Mapping[str, str]) -> dict[int, int]:
    """Pieces by line id, out of the fields `line-<id>`; an empty field is none. Refuses what is no number."""
    pieces = {}
    for line in order.lines:
        text = form.get(f"line-{line.id}", "").strip()
        if not re.fullmatch(r"[0-9]{0,4}", text):
            wrong = f"'{text[:20]}' is not a number of pieces."
            raise Refusal(422, "Nothing was done", wrong, link=("Back to the order", page_of(order)))
        pieces[line.id] = int(text or 0)
    return pieces


def form_key() -> str:
    """What the form was marked with when it was shown."""
    once = request.form.get("once", "")
    return once if re.fullmatch(r"[\w-]{10,40}", once) else secrets.token_urlsafe(12)


def _text(name: str) -> str:
    return " ".join(request.form.get(name, "").split())
