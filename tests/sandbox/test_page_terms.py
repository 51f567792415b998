"""How a session's page looks and which names it asks for; where an error's request_log_url leads."""

from typing import Any

import pytest
import requests
import stripe

from tests.sandbox.till import Till

NAMES: Any = {"business": {"enabled": True}, "individual": {"enabled": True, "optional": True}}


def test_the_names_that_a_session_asks_for(till: Till) -> None:
    session = till.session(name_collection=NAMES, branding_settings={"display_name": "The Early Wren"})
    page = requests.get(till.page(session), timeout=20).text
    assert '<p class="shop">The Early Wren</p>' in page
    assert "Business name" in page
    assert "Fill in this field." in till.submit(session).text
    assert till.submit(session, business_name="Wren & Co").status_code == 303
    done = till.read(session)
    assert (done.customer_details.business_name, done.customer_details.individual_name) == ("Wren & Co", None)
    assert done.collected_information.business_name == "Wren & Co"
    assert (done.name_collection.business.optional, done.name_collection.individual.optional) == (False, True)
    assert done.branding_settings.display_name == "The Early Wren"


@pytest.mark.parametrize(
    ("params", "named"),
    [
        ({"branding_settings": {"button_color": "#ff0000"}}, "branding_settings[button_color]"),
        ({"permissions": {"update_shipping_details": "server_only"}}, "permissions"),
        ({"redirect_on_completion": "never"}, "redirect_on_completion"),
        ({"payment_method_data": {"allow_redisplay": "always"}}, "payment_method_data"),
    ],
)
def test_what_the_page_cannot_show_is_refused(till: Till, params: dict[str, Any], named: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        till.session(**params)
    assert refusal.value.param == named


def test_no_wallet_is_offered_whatever_is_wished(till: Till) -> None:
    assert till.session(wallet_options={"link": {"display": "never"}}).wallet_options.link.display == "never"


def test_a_request_has_its_page(till: Till) -> None:
    with pytest.raises(stripe.CardError) as refusal:
        till.intent(payment_method="pm_card_visa_chargeDeclined", metadata={"order": "a <b>"})
    address = str(refusal.value.error.request_log_url)
    page = requests.get(address, timeout=20)
    assert page.status_code == 200
    for words in ("POST /v1/payment_intents", "metadata[order]", "a &lt;b&gt;", "card_declined", "charge.failed"):
        assert words in page.text
    assert requests.get(address + "x", timeout=20).status_code == 404
