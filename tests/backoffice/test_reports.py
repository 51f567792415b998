"""What Mira sees of her sales is what the books say, to the cent, in the drawing, in the table and in the file."""

import csv
import io
from datetime import timedelta

from storefront.clock import now
from storefront.orders.order import Order
from storefront.reports import orders, sales
from storefront.reports.accounting import lines
from tests.cashier.mira import PASSWORD, mira_at
from tests.cashier.returns import at_dashboard, bought, line_fields, refund
from tests.cast import MIRA
from tests.client import Client

DAY = 24 * 3600
HERE = "/backoffice/reports"


def rows(text):
    return list(csv.reader(io.StringIO(text)))


def three_days_of_trade(counter):
    """Two products, two refunds of pieces and shipping, one of the Dashboard, over three days."""
    tea, pot = counter.sells("Tea", price=1250, stock=50), counter.sells("=Teapot", price=3900, stock=50)
    first = bought(counter, tea, quantity=3)
    counter.client = Client(counter.app)
    counter.sandbox.advance(DAY)
    bought(counter, tea, pot)
    counter.client = Client(counter.app)
    refund(counter, mira_at(counter), first, **line_fields(counter, first, 1), shipping="1.00")
    counter.work()
    counter.sandbox.advance(DAY)
    bought(counter, pot)
    at_dashboard(counter, counter.at_stripe()[0]["id"], amount=777)
    counter.work()


def test_every_sum_is_the_books(counter):
    three_days_of_trade(counter)
    with counter.sessions() as session:
        found = sales.sales(session, "eur", 30)
        ledger = rows("".join(line for month in months() for line in lines(session, month)))
    booked = sum(round(float(row[3]) * 100) for row in ledger if row[3] != "Amount")

    net = (3 * 1250 + 490) + (1250 + 3900 + 490) + (3900 + 490) - (1250 + 100) - 777
    totals = [(one["amount_captured"], one["amount_refunded"]) for one in counter.at_stripe("charges")]
    assert found.total == booked == net == sum(took - gave for took, gave in totals)
    assert sum(found.products.values()) == sum(found.countries.values()) == net
    assert [amount for amount in found.days.values() if amount] == [4240, 5640 - 1350, 4390 - 777]
    assert found.countries == {"DE": net}
    # of the Dashboard's €7.77, which names nothing, 3900/4390 are the teapot's
    assert found.products == {
        "Tea": 3 * 1250 + 1250 - 1250,
        "=Teapot": 3900 + 3900 - 690,
        "Shipping": 3 * 490 - 100 - 87,
    }
    assert len(found.orders) == 3


def months():
    """This month and the one three days ago: a test may run over the end of one."""
    today = now()
    last = today.replace(day=1) if today.day > 3 else (today.replace(day=1) - timedelta(days=1))
    return sorted({f"{today:%Y-%m}", f"{last:%Y-%m}"})


def test_drawn_with_its_table_and_safe_in_a_spreadsheet(counter):
    three_days_of_trade(counter)
    mira = mira_again(counter)

    page = mira.get(f"{HERE}?days=7")

    assert "€121.43 net of refunds, from 3 orders" in page.words("main")
    drawings = page.find_all("svg", class_="sales-chart")
    assert [len(drawing.find_all("rect")) for drawing in drawings] == [7, 3, 1]
    heights = [float(bar["height"]) for bar in drawings[0].find_all("rect")]
    assert max(heights) == 200
    assert sum(height > 0 for height in heights) == 3
    assert [drawing.get("style") for drawing in drawings] == [None] * 3
    tables = page.find_all("table")
    assert "€121.43" in tables[0].find("tfoot").get_text()
    assert "Germany" in tables[2].get_text()
    products = rows(mira.get(f"{HERE}/products.csv?days=7&currency=eur").text)
    assert products[0] == ["Product", "Sales net of refunds", "Currency"]
    assert ["'=Teapot", "71.10", "EUR"] in products
    days = rows(mira.get(f"{HERE}/days.csv?days=7").text)[1:]
    assert len(days) == 7
    assert sum(round(float(row[1]) * 100) for row in days) == 12143
    for odd in ("days=0", "days=99999", "days=-1", "days=x", "currency=%27"):
        assert mira.get(f"{HERE}?{odd}").words("h1") == "Reports"
    mira.get(f"{HERE}/passwords.csv", status=404)


def mira_again(counter):
    browser = Client(counter.app)
    browser.submit(browser.get("/backoffice/session"), "Sign in", email=MIRA, password=PASSWORD)
    return browser


def test_a_shop_without_a_sale_has_a_page_too(counter):
    mira = mira_at(counter)

    page = mira.get(HERE)

    assert "€0.00 net of refunds, from 0 orders" in page.words("main")
    assert "Nothing was sold" in page.words("main")
    assert Client(counter.app).raw.get(HERE).status_code == 303, "strangers must sign in"


def test_orders_are_exported_whole_and_safely(counter, tmp_path):
    three_days_of_trade(counter)
    with counter.sessions.begin() as session:
        session.query(Order).order_by(Order.id).first().name = '=HYPERLINK("http://evil.example")'
    file = tmp_path / "orders.csv"

    result = counter.app.test_cli_runner().invoke(args=["orders", "export", "--to", str(file)])

    assert (result.exit_code, result.output.strip()) == (0, f"3 orders are in {file}.")
    header, *listed = rows(file.read_text())
    assert tuple(header) == orders.HEADER
    assert len(listed) == 3
    first = dict(zip(header, listed[0], strict=True))
    assert first["Name"].startswith("'=HYPERLINK")
    assert first["Lines"] == "3 x Tea"
    assert (first["Total"], first["Received"], first["Refunded"]) == ("42.40", "42.40", "13.50")
    since = counter.app.test_cli_runner().invoke(args=["orders", "export", "--since", f"{now():%Y-%m-%d}"])
    assert len(rows(since.output)) == 2
