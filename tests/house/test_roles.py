"""The shop's process holds no key and never loads Stripe's SDK."""

import json
import subprocess
import sys

from tests.fixtures.environment import ROOT, shop_environment

LOOK = """
import json, sys, wsgi
rules = sorted(str(rule) for rule in wsgi.app.url_map.iter_rules())
print(json.dumps({"modules": sorted(sys.modules), "rules": rules}))
"""
CASHIER = {"/webhooks/stripe", "/pay/<reference>"}


def look_into(role: str, **changed: str) -> "subprocess.CompletedProcess[str]":
    environment = shop_environment(ROLE=role, **changed)
    return subprocess.run(
        [sys.executable, "-c", LOOK], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_the_shop_never_loads_the_sdk() -> None:
    result = look_into("shop", STRIPE_SECRET_KEY="", STRIPE_WEBHOOK_SECRET="")
    assert result.returncode == 0, result.stderr
    seen = json.loads(result.stdout)
    assert [name for name in seen["modules"] if name.split(".")[0] in ("stripe", "sandbox")] == []
    assert [name for name in seen["modules"] if name.startswith("storefront.cashier")] == []
    assert "/products" in seen["rules"]


def test_the_shop_refuses_a_key() -> None:
    result = look_into("shop")
    assert result.returncode != 0
    assert "ROLE=shop must not be given STRIPE_SECRET_KEY" in result.stderr


def test_the_cashier_serves_only_what_needs_the_key() -> None:
    result = look_into("cashier")
    assert result.returncode == 0, result.stderr
    rules = set(json.loads(result.stdout)["rules"])
    assert rules >= CASHIER
    assert not rules & {"/", "/products", "/cart", "/backoffice"}
