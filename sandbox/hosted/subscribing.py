"""Checkout in subscription mode: the first submit makes the subscription, a declined card may try again."""

from sandbox.billing import beginning, collecting, lines, taxes
from sandbox.paying import discounting, methods, setups
from sandbox.transaction import Thing, Transaction


def trial_end(session: Thing, now: int) -> int | None:
    """Unix seconds at which a trial that began now would end; None without a trial."""
    data = session["_subscription_data"]
    if data.get("trial_period_days"):
        return int(now + data["trial_period_days"] * 86400)
    return data.get("trial_end")


def attempt(tx: Transaction, session: Thing, method: Thing | None, page: str) -> Thing | None:
    """Try once; the intent that waits or has failed, or None when the subscription runs."""
    tx.stand_on(tx.get(session["customer"]))
    subscription = tx.find(session.get("_pending"))
    if subscription is None:
        return _begin(tx, session, method, page)
    if method is not None:
        _keep(tx, session, method)
        subscription["default_payment_method"] = method["id"]
        tx.put(subscription)
        invoice = tx.get(subscription["latest_invoice"])
        collecting.collect(tx, invoice, off_session=False, page=page, by_clock=False)
    return outcome(tx, session)


def _begin(tx: Transaction, session: Thing, method: Thing | None, page: str) -> Thing | None:
    if trial_end(session, tx.now) and method is not None:
        details: Thing = {"customer": session["customer"], "usage": "off_session"}
        intent = setups.attempt(tx, setups.made(tx, **details), method, page)
        if intent["status"] != "succeeded":
            return intent
    elif method is not None:
        _keep(tx, session, method)
    start(tx, session, method, page)
    return outcome(tx, session)


def _keep(tx: Transaction, session: Thing, method: Thing) -> None:
    if not method["customer"]:
        method["allow_redisplay"] = "limited"
        methods.attach(tx, method, session["customer"])


def start(tx: Transaction, session: Thing, method: Thing | None, page: str) -> None:
    """Make the subscription of a session's items."""
    data, customer = session["_subscription_data"], tx.get(session["customer"])
    tx.stand_on(customer)
    _place(tx, session, customer)
    items = [(item["price"], item["quantity"]) for item in session["_line_items"] if item["price"]["recurring"]]
    settings = data.get("trial_settings") or {"end_behavior": {"missing_payment_method": "create_invoice"}}
    subscription = beginning.made(
        tx,
        customer,
        items,
        trial_end(session, tx.now),
        automatic_tax=taxes.settings(session["automatic_tax"]["enabled"]),
        default_payment_method=method["id"] if method else None,
        description=data.get("description"),
        metadata=dict(data.get("metadata") or {}),
        trial_settings=settings,
    )
    coupon = session.get("_coupon")
    if coupon:
        code = tx.find(session["discounts"][0]["promotion_code"])
        holder = {"subscription": subscription["id"], "customer": customer["id"], "checkout_session": session["id"]}
        subscription["discounts"] = [discounting.granted(tx, tx.get(coupon["id"]), code, **holder)["id"]]
    subscription["_one_time"] = [
        lines.once(tx, item) for item in session["_line_items"] if not item["price"]["recurring"]
    ]
    session["_pending"] = subscription["id"]
    beginning.start(tx, subscription, collects=True, off_session=False, page=page)


def _place(tx: Transaction, session: Thing, customer: Thing) -> None:
    """Tax is by the customer's address: what was written on the page, where the customer may learn it."""
    address = session["customer_details"]["address"]
    learns = session["customer_creation"] or session["_customer_update"].get("address") == "auto"
    if session["automatic_tax"]["enabled"] and learns and address["country"] and address != customer["address"]:
        previous, customer["address"] = {"address": customer["address"]}, dict(address)
        tx.put(customer)
        tx.tell("customer.updated", customer, previous)


def outcome(tx: Transaction, session: Thing) -> Thing | None:
    """The intent that is not through yet, or None: then the session names what it has made."""
    subscription = tx.get(session["_pending"])
    if subscription["status"] not in ("active", "trialing"):
        payments = tx.all("invoice_payment", invoice=subscription["latest_invoice"])
        return tx.get(payments[0]["payment"]["payment_intent"])
    session |= {"invoice": subscription["latest_invoice"], "subscription": subscription["id"]}
    return None
