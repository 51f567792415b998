"""The rate of disputes from the card's owner's complaint to Mira's page, letter and monitoring, and its cost as the books have it."""

from storefront.reports.counted_month import AT_ONCE, FINISHED, CountedMonth
from storefront.roots.errands import count_months
from tests.cashier.disputed import FRAUD, INQUIRY, decided, fees, ledger, rows, sold
from tests.cashier.mira import PASSWORD, mira_at
from tests.cast import MIRA
from tests.client import Client
from tests.web.test_metrics import TOKEN, figures, read

DAY = 24 * 3600
MINUTES = 11 * 60
HERE = "/backoffice/reports/disputes"


def again(counter):
    """Mira, some time later: a browser that was left alone is signed out."""
    browser = Client(counter.app)
    browser.submit(browser.get("/backoffice/session"), "Sign in", email=MIRA, password=PASSWORD)
    return browser


def test_a_rate_that_rises_is_told_once_and_shown_until_it_falls(open_counter):
    counter = open_counter(METRICS_TOKEN=TOKEN)
    mira = mira_at(counter)
    sold(counter, INQUIRY)
    counter.sandbox.advance(MINUTES)
    counter.work()
    assert counter.letters("of payments are disputed") == []
    assert "payments are disputed" not in mira.get("/backoffice").words("main")
    counter.client = Client(counter.app)

    sold(counter, FRAUD)
    for _ in range(3):
        counter.sandbox.advance(MINUTES)
        counter.work()

    mira = again(counter)
    [letter] = counter.letters("of payments are disputed")
    assert letter["subject"].startswith("[Test] Alarm: 50.00 % of payments are disputed")
    assert "1 disputes came to 2 payments: 50.00 %. That is 0.75 % or more." in letter["text"]
    assert f"{counter.url}{HERE}" in letter["text"]
    assert "Far too many payments are disputed: 50.00 %" in mira.get("/backoffice").words("main")
    seen = figures(read(counter).text)
    assert (seen["storefront_dispute_rate"], seen["storefront_dispute_level"]) == (0.5, 2)
    decided(counter, next(one.stripe_id for one in rows(counter) if one.status == "needs_response"), "lost")
    page = mira.get(HERE).words("main")
    lost = -sum(amount for kind, amount in ledger(counter) if kind.startswith("dispute"))
    assert (lost, fees(counter)) == (1740, 1500)
    assert "EUR €17.40 €15.00 €32.40 €0.00" in page
    assert "(1 inquiry and 0 prevented in this time)" in page
    assert "The card's owner says it was not them 1 0 1 0 0.00 % €17.40" in page

    counter.sandbox.advance(31 * DAY)
    counter.work()
    later = again(counter)
    before = later.get(HERE).find(id="by-month").find_parent("section").get_text()
    for _ in range(FINISHED // AT_ONCE):
        count_months(counter.till)
    with counter.sessions() as session:
        assert sum(row.many for row in session.query(CountedMonth)) == 2
    assert later.get(HERE).find(id="by-month").find_parent("section").get_text() == before
    assert "payments are disputed" not in later.get("/backoffice").words("main")
    assert figures(read(counter).text)["storefront_dispute_level"] == 0
    crossing = later.get(HERE).find("h2", id="crossings").find_parent("section").get_text(" ", strip=True)
    assert "until" in crossing
    assert "with 1 dispute of 2 payments" in crossing
