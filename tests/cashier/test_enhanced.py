"""Visa's Compelling Evidence 3.0 on its way: what the preview shows is what arrives, field by field, and Stripe is content with it."""

import re

from storefront.evidence.enhanced import KEY
from storefront.evidence.fields import FILES, TEXTS
from tests.cashier.answered import at_stripe, calls, contents, page_of_dispute, sends
from tests.cashier.disputed import charge_of, complained, row, sold
from tests.cashier.mira import mira_at
from tests.cashier.returns import order_page

DAY = 86400
PLACE = re.compile(rf"evidence\[enhanced_evidence\]\[{KEY}\](\[\w+\](?:\[\d\])?\[\w+\])(\[\w+\])?")


def test_the_enhanced_evidence_arrives_as_it_was_shown(counter):
    for days in (60, 130):
        sold(counter)
        counter.sandbox.advance(days * DAY)
    earlier = [one["id"] for one in counter.at_stripe("charges")]
    mira = mira_at(counter)
    reference = sold(counter)
    mira.submit(order_page(counter, mira, reference), "Mark as shipped", carrier="DHL", tracking_number="JD014600003")
    counter.work()
    disputed = charge_of(counter)
    complained(counter, "fraudulent")
    assert row(counter).eligibility[KEY]["status"] == "requires_action"
    review = page_of_dispute(counter, mira)
    assert "Filled in Visa then has to leave the money with the shop." in review.words("main")
    assert "same buyer and internet address" in review.words("main")
    assert review.find_all("span", class_="badge-attention") == []
    shown = mira.get(f"/backoffice/disputes/{row(counter).stripe_id}/evidence")
    texts = {str(tag["data-field"]): tag.get_text() for tag in shown.select("[data-field]")}
    visa = {str(tag["data-visa"]): tag.get_text() for tag in shown.select("[data-visa]")}
    place = f"/backoffice/disputes/{row(counter).stripe_id}/papers"
    papers = {field: mira.raw.get(f"{place}/{field}.pdf", base_url=mira.origin) for field in FILES}

    sends(counter, mira)
    counter.work()

    [sent] = calls(counter)
    assert sent.pop("submit") == "true"
    assert len(sent.pop("metadata[answer]")) == 20
    arrived = {}
    for name in [one for one in sent if PLACE.fullmatch(one)]:
        arrived.setdefault(PLACE.fullmatch(name)[1], []).append(sent.pop(name))
    assert {name: ", ".join(values) for name, values in arrived.items()} == visa
    fields = {re.fullmatch(r"evidence\[(\w+)\]", name)[1]: value for name, value in sent.items()}
    assert {name: value for name, value in fields.items() if name not in FILES} == texts
    assert set(fields) <= {*TEXTS, *FILES}
    uploaded = {name: contents(counter, value) for name, value in fields.items() if name in FILES}
    assert uploaded == {name: one.data for name, one in papers.items() if one.status_code == 200}

    assert [visa[f"[prior_undisputed_transactions][{i}][charge]"] for i in (0, 1)] == earlier
    assert disputed not in earlier
    assert visa["[disputed_transaction][customer_purchase_ip]"] == "127.0.0.1"
    assert visa["[disputed_transaction][merchandise_or_services]"] == "merchandise"
    assert visa["[disputed_transaction][shipping_address]"] == "Gartenweg 4, Berlin, 10115, DE"
    assert at_stripe(counter)["evidence_details"]["enhanced_eligibility"][KEY]["status"] == "qualified"
    assert texts["uncategorized_text"].count(", not disputed") == 2
