"""Mira answers a bank: her page, her forms, and what of it arrives at Stripe."""

from typing import Any
from urllib.parse import parse_qsl

import requests

from storefront.evidence.answer import DisputeAnswer
from storefront.orders.order import Order
from tests.cashier.disputed import row
from tests.client import Client
from tests.fixtures.counter import Counter


def page_of_dispute(counter: Counter, mira: Client) -> Any:
    """The review page of the only dispute."""
    return mira.get(f"/backoffice/disputes/{row(counter).stripe_id}")


def number_of(counter: Counter) -> str:
    """Of the disputed order, as it is typed to confirm."""
    with counter.sessions() as session:
        return session.get_one(Order, row(counter).order_id).number


def writes(counter: Counter, mira: Client, field: str, text: str, status: int = 303) -> Any:
    """Her own words for a field."""
    form = page_of_dispute(counter, mira)
    token = form.select_one("input[name=csrf_token]")["value"]
    path = f"/backoffice/disputes/{row(counter).stripe_id}/texts"
    return mira.post(path, {"csrf_token": token, "field": field, "text": text}, status)


def sends(counter: Counter, mira: Client, status: int = 303, page: Any = None, **more: Any) -> Any:
    """She types the number and sends the evidence to the bank."""
    form = page or page_of_dispute(counter, mira)
    return mira.submit(form, "Send it to the bank", status, **{"confirmation": number_of(counter), **more})


def at_stripe(counter: Counter) -> Any:
    """The dispute there."""
    answer = requests.get(f"{counter.sandbox.url}/v1/disputes/{row(counter).stripe_id}", auth=_key(counter), timeout=10)
    return answer.json()


def contents(counter: Counter, file_id: str) -> bytes:
    """The bytes of a file there."""
    return requests.get(f"{counter.sandbox.url}/v1/files/{file_id}/contents", auth=_key(counter), timeout=10).content


def calls(counter: Counter, ending: str = "") -> list[dict[str, str]]:
    """The bodies of calls that changed this dispute, or files were uploaded by, oldest first."""
    path = f"/v1/disputes/{row(counter).stripe_id}{ending}"
    sent = (one for one in counter.sandbox.requests() if one["method"] == "POST" and one["path"] == path)
    return [dict(parse_qsl(one["body"], keep_blank_values=True)) for one in sent]


def answers(counter: Counter) -> list[tuple[str, str]]:
    """(kind, state) of our rows."""
    with counter.sessions() as session:
        return [(str(one.kind), str(one.state)) for one in session.query(DisputeAnswer).order_by(DisputeAnswer.id)]


def _key(counter: Counter) -> tuple[str, str]:
    return counter.till.settings.stripe_secret_key, ""
