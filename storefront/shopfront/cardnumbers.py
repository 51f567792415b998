"""Refuses card numbers that people type into a field of the shop: none is asked for here, and none may be kept."""

from flask import request

from storefront import pan
from storefront.shopfront.door import blueprint
from storefront.web.errors import Refusal


@blueprint.before_request
def refuse_card_numbers() -> None:
    """In any field of any form, and in what is searched for."""
    if any(pan.found(text) for text in request.values.values()):
        raise Refusal(
            400,
            "Please do not type a card number here",
            "This shop never asks for one: only the payment page after Checkout does. What you sent was not kept.",
        )
