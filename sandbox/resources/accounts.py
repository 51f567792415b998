"""The one account whose keys are taken."""

from sandbox.paying.charges import PREFIX
from sandbox.transaction import Thing
from sandbox.wire.routing import Call, route


def _account(call: Call) -> Thing:
    profile = dict.fromkeys(
        ("mcc", "product_description", "support_address", "support_email", "support_phone", "support_url", "url")
    )
    return {
        "id": call.tx.account,
        "object": "account",
        "business_profile": profile | {"name": "Sandbox"},
        "business_type": "company",
        "capabilities": {"card_payments": "active", "transfers": "active"},
        "charges_enabled": True,
        "country": "DE",
        "created": 1_700_000_000,
        "default_currency": "eur",
        "details_submitted": True,
        "email": "shop@example.com",
        "metadata": {},
        "payouts_enabled": True,
        "settings": _settings(),
        "type": "standard",
    }


def _settings() -> Thing:
    names = ("statement_descriptor", "statement_descriptor_kana", "statement_descriptor_kanji")
    prefixes = ("statement_descriptor_prefix_kana", "statement_descriptor_prefix_kanji")
    return {
        "branding": {"icon": None, "logo": None, "primary_color": None, "secondary_color": None},
        "card_payments": {"statement_descriptor_prefix": PREFIX, **dict.fromkeys(prefixes)},
        "dashboard": {"display_name": "Sandbox", "timezone": "Etc/UTC"},
        "payments": dict.fromkeys(names) | {"statement_descriptor": PREFIX},
    }


@route("GET", "/v1/account", "AccountRetrieveCurrentParams")
def retrieve_current(call: Call) -> Thing:
    return _account(call)
