"""Payment links: made by API, opened by anybody, each visit a session of its own."""

from typing import Any

import pytest
import requests
import stripe

from tests.sandbox.till import SHOP, TEA, Till


def opened(till: Till, link: stripe.PaymentLink) -> stripe.checkout.Session:
    answer = requests.get(link.url, timeout=20, allow_redirects=False)
    assert answer.status_code == 303
    return till.v1.checkout.sessions.retrieve(answer.headers["Location"].rpartition("/")[2])


def test_a_link_is_paid_by_two(till: Till) -> None:
    params: Any = {"line_items": [TEA], "metadata": {"shelf": "3"}, "phone_number_collection": {"enabled": True}}
    link = till.v1.payment_links.create({**params, "expand": ["line_items"]})
    assert (link.active, link.currency, link.line_items.data[0].description) == (True, "eur", "Tea")  # type: ignore[union-attr]
    assert till.types(link.id) == ["payment_link.created"]
    first, second = opened(till, link), opened(till, link)
    assert first.id != second.id
    assert (first.amount_total, first.metadata["shelf"], first.payment_link) == (2500, "3", link.id)  # type: ignore[index]
    done = till.submit(first, phone="+49 30 1234567")
    thanks = done.headers["Location"]
    assert (done.status_code, thanks) == (303, f"{link.url}/thanks?session={first.id}")
    page = requests.get(thanks, timeout=20).text
    for words in ("Thank you for your payment", "Tea", "€25.00", "/receipts/ch_"):
        assert words in page
    for address in (f"{link.url}/thanks", f"{link.url}/thanks?session={second.id}"):
        stranger = requests.get(address, timeout=20).text
        assert ("<h1>Thank you</h1>" in stranger, "Tea" in stranger) == (True, False)
    found = till.v1.checkout.sessions.list({"payment_link": link.id}).data
    assert [one.payment_status for one in found] == ["unpaid", "paid"]


def test_a_link_that_subscribes_and_leads_home(till: Till) -> None:
    price = till.v1.prices.create(
        {"currency": "eur", "unit_amount": 900, "recurring": {"interval": "month"}, "product_data": {"name": "Club"}}
    )
    home: Any = {"type": "redirect", "redirect": {"url": f"{SHOP}/welcome"}}
    link = till.v1.payment_links.create(
        {
            "line_items": [{"price": price.id, "quantity": 1}],
            "after_completion": home,
            "subscription_data": {"metadata": {"way": "link"}, "trial_period_days": 7},
        }
    )
    session = opened(till, link)
    assert session.mode == "subscription"
    assert till.submit(session).headers["Location"] == f"{SHOP}/welcome"
    joined = till.v1.subscriptions.retrieve(str(till.read(session).subscription))
    assert (joined.status, joined.metadata["way"]) == ("trialing", "link")
    till.v1.subscriptions.cancel(joined.id)


def test_a_link_is_switched_off(till: Till) -> None:
    link = till.v1.payment_links.create({"line_items": [TEA], "inactive_message": "Sold out <b>today</b>."})  # type: ignore[typeddict-item]
    off = till.v1.payment_links.update(link.id, {"active": False, "metadata": {"why": "sold"}})
    assert (off.active, off.metadata["why"], off.after_completion.type) == (False, "sold", "hosted_confirmation")
    closed = requests.get(link.url, timeout=20)
    assert (closed.status_code, "Sold out &lt;b&gt;today&lt;/b&gt;." in closed.text) == (404, True)
    assert link.id in [one.id for one in till.v1.payment_links.list({"active": False}).data]
    assert requests.get(link.url + "x", timeout=20).status_code == 404
    with pytest.raises(stripe.InvalidRequestError, match="does not change line_items"):
        till.v1.payment_links.update(link.id, {"line_items": [{"id": "li_1", "quantity": 2}]})
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        till.v1.payment_links.create({"line_items": [{**TEA, "quantity": 0}]})  # type: ignore[typeddict-item]
    assert refusal.value.param == "line_items[0][quantity]"
