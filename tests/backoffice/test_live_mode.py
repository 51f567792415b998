"""With live money nobody works without a second factor, also in the process that holds no key."""

import pyotp
import pytest

from storefront.clock import now
from storefront.roots.app import create_app
from storefront.settings import Settings, SettingsError
from tests.backoffice.conftest import sign_in
from tests.cast import MIRA
from tests.client import Client
from tests.fixtures.environment import shop_environment

SITE = "https://shop.example"


def live(**changed):
    return shop_environment(
        **{
            "SITE_URL": SITE,
            "ROLE": "shop",
            "STRIPE_MODE": "live",
            "STRIPE_SECRET_KEY": "",
            "STRIPE_WEBHOOK_SECRET": "",
        }
        | changed
    )


@pytest.fixture
def shop(database, tmp_path):
    app = create_app(Settings.from_env(live(DATABASE_URL=database.url, STORE_DIR=str(tmp_path))))
    yield app
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


def test_a_second_factor_is_set_up_first(shop, staff):
    staff(MIRA, "Mira")
    client = Client(shop)
    answer = sign_in(client)
    assert answer.headers["Set-Cookie"].startswith("__Host-staff=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in answer.headers["Set-Cookie"]
    page = client.follow(answer)
    assert page.words("h1") == "Second factor"
    for path in ("/backoffice/orders", "/backoffice/events", "/backoffice/staff"):
        refused = client.raw.get(path, base_url=SITE)
        assert (refused.status_code, refused.headers["Location"]) == (303, "/backoffice/staff/second-factor")
    secret = page.select_one("code").get_text().replace(" ", "")
    client.submit(page, "Turn it on", 200, code=pyotp.TOTP(secret).at(now()))
    today = client.get("/backoffice")
    assert "no real money" not in today.words()


def test_it_cannot_be_turned_off(shop, staff):
    staff(MIRA, "Mira")
    client = Client(shop)
    page = client.follow(sign_in(client))
    secret = page.select_one("code").get_text().replace(" ", "")
    client.submit(page, "Turn it on", 200, code=pyotp.TOTP(secret).at(now()))
    own = client.get("/backoffice/staff")
    assert not own.select("form[action='/backoffice/staff/second-factor/end']")
    token = own.select_one("input[name=csrf_token]")["value"]
    client.post("/backoffice/staff/second-factor/end", {"csrf_token": token}, 403)


def test_key_and_mode_must_agree():
    with pytest.raises(SettingsError, match="two modes"):
        Settings.from_env(live(ROLE="all", STRIPE_SECRET_KEY="sk_test_x", STRIPE_WEBHOOK_SECRET="whsec_x"))
