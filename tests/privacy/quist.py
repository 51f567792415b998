"""Wilhelmina Quist, who leaves a trace in every table, and the search for what is left of her."""

import io
import json
import zipfile

from sqlalchemy import inspect, text

from storefront.catalog.file import attach
from storefront.catalog.plan import Gives, Terms
from storefront.catalog.product import Kind, Variant
from storefront.orders.order import Order
from tests.cashier.answered import sends as answers_the_bank
from tests.cashier.answered import writes
from tests.cashier.disputed import complained, decided
from tests.cashier.returns import line_fields, refund
from tests.client import Client
from tests.shopfront.signing_in import link_in

IP, PHONE, TRACKING = "203.0.113.77", "+31 20 555 0199", "JD 77 014 600"


def surname(counter):
    """Each shop's own: the tests share a Stripe, which tells each shop of the others' buyers too."""
    return f"Quist{counter.till.settings.store_id[-8:]}"


def email(counter):
    return f"wilhelmina@{surname(counter).lower()}.example"


def name(counter):
    return f"Wilhelmina {surname(counter)}"


def street(counter):
    return f"{surname(counter)}wal 99"


def home(counter):
    """In the words of the hosted page's fields."""
    place = {"line1": street(counter), "city": "Berlin", "postal_code": "10115", "country": "DE"}
    return {"shipping_name": name(counter), **place}


def telling(counter):
    """What tells of her."""
    return {
        text.lower()
        for text in (email(counter), name(counter), street(counter), IP, "555 0199", TRACKING, "jd77014600")
    } | {surname(counter).lower()}


def a_browser(counter):
    """Hers: an internet address and a browser of her own."""
    browser = Client(counter.app, IP)
    browser.raw.environ_base["HTTP_USER_AGENT"] = f"{surname(counter)}-Browser/7"
    return browser


def buys(counter, browser, variant, card="4242424242424242", quantity=1):
    """Answers the order's reference."""
    reference = counter.checks_out(variant, quantity=quantity, client=browser)
    session = counter.page_of(reference)
    counter.sandbox.pay(session, card, email=email(counter), name=name(counter), **home(counter))
    counter.work()
    return reference


def signs_in(counter, browser):
    """By a letter."""
    browser.submit(browser.get(link_in(counter, email(counter))), "Sign in")


def takes_a_file(counter, browser):
    """Buys a booklet and downloads it. Answers the order's reference."""
    variant = counter.sells("Booklet", kind=Kind.DIGITAL, stock=None)
    with counter.sessions.begin() as session:
        attach(session, session.get_one(Variant, variant), "bread.pdf", b"%PDF-1.4 nine loaves")
    reference = buys(counter, browser, variant)
    form = browser.get(f"/orders/{reference}").select_one(".downloads form")
    browser.post(form["action"], status=200)
    return reference


def disputes(counter, mira):
    """The newest payment, answered with papers, and lost all the same."""
    dispute = complained(counter, "fraudulent")
    writes(counter, mira, "uncategorized_text", f"{name(counter)} has had it, says the postman.")
    answers_the_bank(counter, mira)
    counter.work()
    decided(counter, dispute, "lost")


def subscribes(counter, browser):
    """To something that is not sent. Answers its name at Stripe."""
    club = counter.sells("Tea letters", price=900, stock=None, plan=Terms("month", gives=Gives.ACCESS))
    buys(counter, browser, club)
    page = browser.get("/account/subscriptions")
    browser.post("/account/portal", {"csrf_token": page.select_one("input[name=csrf_token]")["value"]}, 307)
    with counter.sessions() as session:
        return session.execute(text("SELECT stripe_id FROM subscriptions WHERE status = 'active'")).scalar_one()


def ends(counter, mira, name):
    """At once, with a reason."""
    page = mira.get(f"/backoffice/subscriptions/{name}/requests/end_now")
    button = page.select_one("main form button").get_text().strip()
    mira.submit(page, button, note=f"Mrs {surname(counter)} rang")
    counter.work()


def sent_and_noted(counter, mira, reference):
    """A parcel, a note, and a piece given back."""
    number = counter.order(reference).number
    with counter.sessions.begin() as session:
        session.query(Order).filter_by(reference=reference).one().phone = PHONE
    page = mira.get(f"/backoffice/orders/{number}")
    mira.submit(page, "Mark as shipped", carrier="dhl", tracking_number=TRACKING)
    counter.work()
    mira.submit(page, "Add the note", text=f"{surname(counter)} rang: leave it at {surname(counter)}wal 98.")
    refund(counter, mira, reference, **line_fields(counter, reference, 1), note=f"{surname(counter)}, 2nd complaint")
    counter.work()


def traces(counter, but=frozenset()):
    """(table, trace) of everything in the database that still tells of her."""
    found = set()
    with counter.database.engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            if table not in but:
                for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"'):  # noqa: S608 - a table of ours
                    written = " ".join(_written(value) for value in row).lower()
                    found |= {(table, trace) for trace in telling(counter) if trace in written}
    return found


def _written(value):
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("latin-1")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def unpacked(packed):
    """The JSON of an export, and the names of the files beside it."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return json.loads(archive.read("data.json")), set(archive.namelist()) - {"data.json"}
