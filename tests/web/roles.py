"""Everybody who might knock at an address, and what of Ada's and the shop's they ask for."""

import hashlib
import hmac
import time

from sqlalchemy import text

from storefront.catalog.file import attach
from storefront.catalog.plan import Terms
from storefront.catalog.product import Kind, Variant
from storefront.orders.downloading import token_of
from storefront.staff.invitation import set_password
from storefront.staff.member import add_member
from storefront.staff.password import hashed
from storefront.staff.role import Role
from tests.cashier.disputed import complained
from tests.cast import ADA, BO
from tests.client import Client
from tests.fixtures.sandbox import SECRET
from tests.shopfront.signing_in import sign_in

PASSWORD = "seventeen kettles on a shelf"
HASH = hashed(PASSWORD)
ROLES = ("stranger", "stripe", "bo", "packer", "clerk", "owner")

EVENT = (
    '{"id": "evt_knock", "object": "event", "type": "customer.created", "livemode": false, "api_version": "2026-01-28.x",'
    ' "data": {"object": {"id": "cus_nobody", "object": "customer"}}}'
)


def signed(body):
    """As Stripe signs."""
    at = int(time.time())
    mark = hmac.new(SECRET.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={at},v1={mark}"}


class Knocking:
    """The shop in which Ada has bought one of each kind, and everybody at its door."""

    def __init__(self, counter):
        self.counter = counter
        tea = counter.sells("Tea")
        booklet = counter.sells("Booklet", kind=Kind.DIGITAL, stock=None)
        with counter.sessions.begin() as session:
            attach(session, session.get_one(Variant, booklet), "bread.pdf", b"%PDF-1.4 nine loaves")
        self.reference = counter.buys(tea, booklet)
        complained(counter)
        counter.buys(counter.sells("Tea club", price=900, stock=50, plan=Terms("month")))
        self.ada = sign_in(counter, ADA)
        self.bo = self._bo(tea)
        self.browsers = {
            "stranger": Client(counter.app),
            "stripe": Client(counter.app),
            "bo": self.bo,
            **{str(role): self._staff(role) for role in Role},
        }
        self._staff(Role.OWNER, "olga")
        counter.sandbox.advance(660)  # nobody's password is fresh any more: what is dangerous only asks for it
        self.ids = self._ids(tea)
        self.tokens = {role: self._token(role) for role in ROLES}

    def _bo(self, tea):
        reference = self.counter.checks_out(tea, client=Client(self.counter.app))
        self.counter.pays(self.counter.page_of(reference), email=BO)
        self.counter.work()
        return sign_in(self.counter, BO)

    def _staff(self, role, name=""):
        name = name or str(role)
        with self.counter.sessions.begin() as session:
            member = add_member(session, f"{name}@shop.example", name.capitalize(), role)
            set_password(session, member, HASH)
        browser = Client(self.counter.app)
        browser.submit(browser.get("/backoffice/session"), "Sign in", email=f"{name}@shop.example", password=PASSWORD)
        return browser

    def _ids(self, tea):
        """What stands in the place of an address's variable parts: Ada's, and the shop's."""
        number = self.counter.order(self.reference).number
        with self.counter.sessions() as session:

            def one(query):
                return session.execute(text(query)).scalar_one()

            link = one("SELECT max(id) FROM download_links")
            return {
                "number": number,
                "reference": self.reference,
                "buyer": one(f"SELECT reference FROM buyers WHERE email = '{ADA}'"),  # noqa: S608
                "download": token_of(self.counter.till.settings.secret_key, link),
                "dispute_id": one("SELECT stripe_id FROM disputes"),
                "name": one("SELECT stripe_id FROM subscriptions"),
                "event_id": one("SELECT min(event_id) FROM stripe_events"),
                "command_id": one("SELECT min(id) FROM stripe_commands"),
                "letter_id": one("SELECT min(id) FROM letters"),
                "member_id": one("SELECT id FROM staff WHERE name = 'Olga'"),
                "session_id": one(
                    "SELECT s.id FROM staff_sessions s JOIN staff m ON m.id = s.member_id WHERE m.name = 'Olga'"
                ),
                "product_id": one("SELECT min(id) FROM products"),
                "variant_id": tea,
                "handle": "tea",
                "deed": "pause",
                "field": "receipt",
                "month": "2026-11",
                "what": "days",
                "hash": "0" * 64,
                "picture_id": 1,
                "slug": "terms",
                "token": "0" * 32 + "." + "0" * 64,
            }

    def path(self, rule):
        """A rule's address of something that is there."""
        place = dict(self.ids)
        if rule.startswith("/downloads"):
            place["token"] = place["download"]
        if rule.startswith("/backoffice/buyers"):
            place["reference"] = place["buyer"]
        if rule.startswith("/pages"):
            place["number"] = 1
        path = rule.replace("<path:name>", "css/nothing.css")
        for name, value in place.items():
            path = path.replace(f"<int:{name}>", str(value)).replace(f"<{name}>", str(value))
        assert "<" not in path, f"say in tests/web/roles.py what {rule} is asked for"
        return path

    def knocks(self, role, method, rule):
        """The status, with an arrow and the place where a redirect leads to."""
        browser, body = self.browsers[role], EVENT
        headers = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
        form = {"csrf_token": self.tokens[role]} if method == "POST" and self.tokens[role] else None
        if role == "stripe":
            headers |= signed(body)
        sent = {"data": body} if role == "stripe" and method == "POST" else {"data": form} if form else {}
        own = {"REMOTE_ADDR": f"203.0.113.{10 + ROLES.index(role)}"}  # so that nobody uses up another's tries
        answer = browser.raw.open(
            self.path(rule), method=method, base_url=self.counter.url, headers=headers, environ_overrides=own, **sent
        )
        where = answer.headers.get("Location", "").removeprefix(self.counter.url).partition("?")[0].partition("#")[0]
        return f"{answer.status_code}{self._plain(where)}"

    def _plain(self, where):
        """A redirect's goal, without what differs from run to run."""
        if not where.startswith("/"):
            return "->away" if where else ""
        known = {str(value): f"<{name}>" for name, value in self.ids.items() if len(str(value)) > 6}
        return "->" + "/".join(known.get(part, part) for part in where.split("/"))

    def _token(self, role):
        """Of this role's own forms."""
        if role in ("stranger", "stripe"):
            return ""
        page = self.browsers[role].get("/account" if role == "bo" else "/backoffice/staff")
        return page.select_one("input[name=csrf_token]")["value"]
