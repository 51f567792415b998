"""How the tests of orders place one and look at its stock."""

from storefront.orders.placing import place
from storefront.stock.level import StockLevel


def placed(session, cart, **changed):
    facts = {
        "currency": "eur",
        "capture_policy": "on_stock_check",
        "ip": "192.0.2.7",
        "user_agent": "Ada's browser",
        "terms_version": "3",
        "refunds_version": "2",
    }
    return place(session, cart, **(facts | changed))


def level(session, variant_id):
    session.expire_all()
    found = session.get_one(StockLevel, variant_id)
    return found.on_hand, found.held
