"""What merchants say of their store is what pages, letters and orders say; each order keeps the texts it was shown."""

from sqlalchemy import select

from storefront.cart.shipping import ShippingRate
from storefront.orders.order import Order
from tests.cashier.mira import mira_at

HERE = "/backoffice/settings"


def test_a_store_is_called_sent_and_agreed_to_as_its_merchant_says(counter):
    mira = mira_at(counter)
    tea = counter.sells("Tea")
    stale = mira.get(HERE)
    assert "The test shop" in counter.client.get("/").text
    words = {"name": "Wren & Co", "address": "Gasse 4\n\n 1010  Wien", "support_email": "help@wren.example"}
    mira.submit(stale, "Save the store", capture_policy="on_shipping", **words)
    assert "Wren & Co" in counter.client.get("/").text
    assert "Wren & Co" in counter.client.get("/cart").text
    assert "Somebody else" in mira.submit(stale, "Save the store", 409, name="Other").text
    assert "mailto:help@wren.example" in counter.client.get("/.well-known/security.txt").text
    connected = counter.app.test_cli_runner().invoke(args=["connect"])
    assert connected.exit_code == 0, connected.output
    [portal] = counter.at_stripe("billing_portal/configurations")
    assert portal["business_profile"]["headline"] == "Wren & Co"
    for wrong in (
        {"name": " "},
        {"support_email": "help"},
        {"capture_policy": "never"},
        {"address": "4242424242424242"},
    ):
        mira.submit(mira.get(HERE), "Save the store", 422, **wrong)

    with counter.sessions() as session:
        rate = session.scalars(select(ShippingRate.id)).one()
    new = {"name-new": "Courier", "country-new": "DE", "amount-new": "9.50", "min-new": "1", "max-new": "1"}
    mira.submit(mira.get(HERE), "Save the rates", **new, **{f"amount-{rate}": "5.10"})
    with counter.sessions() as session:
        rates = [(one.id == rate, one.name, one.amount) for one in session.scalars(select(ShippingRate))]
    assert rates == [(True, "Post", 510), (False, "Courier", 950)]
    mira.submit(stale, "Save the rates", 409)
    for wrong in ({f"amount-{rate}": "x"}, {f"max-{rate}": "1"}, {f"country-{rate}": "XX"}):
        mira.submit(mira.get(HERE), "Save the rates", 422, **wrong)

    for text in ("First terms.", "Second <script>x</script>terms."):
        mira.submit(mira.get(f"{HERE}/texts/terms"), "Publish", title="Terms", body=text)
        if text == "First terms.":
            reference = counter.checks_out(tea)
    assert "Second terms." in counter.client.get("/pages/terms").words("main")
    mira.get(f"{HERE}/texts/other", status=404)
    counter.client.get("/pages/terms/3", status=404)

    counter.pays(counter.page_of(reference))
    counter.work()
    order = counter.order(reference)
    assert (order.capture_policy, order.shipping, order.terms_version) == ("on_shipping", 510, "1")
    old = counter.client.get("/pages/terms/1").words("main")
    assert "First terms." in old
    assert "version 1" in old
    for page in (counter.client.get(f"/orders/{reference}"), mira.get(f"/backoffice/orders/{order.number}")):
        assert page.select_one('a[href="/pages/terms/1"]')
    number = order.number
    mira.submit(mira.get(f"/backoffice/orders/{number}"), "Capture")
    counter.work()
    [receipt] = counter.letters("receipt")
    assert "Wren & Co" in receipt["text"]
    assert "Questions? Write to help@wren.example" in receipt["text"]
    assert "1010 Wien" in receipt["text"]
    assert "1010 Wien" in receipt["html"]
    mira.submit(mira.get(HERE), "Save the rates", **{f"remove-{rate}": "on"})
    with counter.sessions() as session:
        assert session.scalars(select(ShippingRate.name)).all() == ["Courier"]
        assert session.scalars(select(Order.shipping)).one() == 510
