"""What a customer is owed or owes before the next invoice: adjustments by hand (docs billing/customer/balance)."""

from sandbox import rules
from sandbox.errors import invalid, no_such, refused
from sandbox.transaction import Thing, Transaction
from sandbox.wire.listing import paged
from sandbox.wire.routing import Call, route

KIND = "customer_balance_transaction"


@route("POST", "/v1/customers/<id>/balance_transactions", "CustomerBalanceTransactionCreateParams")
def create(call: Call) -> Thing:
    """A negative amount is credit that the next invoice uses."""
    tx, params = call.tx, call.params
    customer = tx.require("customer", call.ids["id"])
    if params["amount"] == 0:
        raise invalid("The amount must not be zero.", "amount", "parameter_invalid_integer")
    currency = rules.sound_currency(params["currency"])
    if customer["currency"] not in (None, currency):
        raise refused(f"The customer's currency is {customer['currency']}.", "currency")
    metadata = rules.merged_metadata({}, params.get("metadata"))
    return moved(
        tx, customer, params["amount"], currency, description=params.get("description") or None, metadata=metadata
    )


def moved(tx: Transaction, customer: Thing, amount: int, currency: str, **fields: object) -> Thing:
    """Write a movement of the balance, an adjustment unless `fields` say otherwise, and tell customer.updated."""
    previous = {"balance": customer["balance"], "currency": customer["currency"]}
    customer |= {"balance": customer["balance"] + amount, "currency": currency}
    tx.put(customer)
    one = tx.new("cbtxn", KIND, amount=amount, currency=currency, customer=customer["id"])
    one |= {
        "checkout_session": None,
        "credit_note": None,
        "customer_account": None,
        "description": None,
        "ending_balance": customer["balance"],
        "invoice": None,
        "metadata": {},
        "type": "adjustment",
    } | fields
    tx.put(one)
    tx.tell("customer.updated", customer, previous)
    return one


@route("GET", "/v1/customers/<id>/balance_transactions", "CustomerBalanceTransactionListParams")
def listing(call: Call) -> Thing:
    customer = call.tx.require("customer", call.ids["id"])
    return paged(call, call.tx.all(KIND, customer=customer["id"]))


@route("GET", "/v1/customers/<id>/balance_transactions/<one>", "CustomerBalanceTransactionRetrieveParams")
def retrieve(call: Call) -> Thing:
    one = call.tx.require(KIND, call.ids["one"], noun="customer balance transaction")
    if one["customer"] != call.ids["id"]:
        raise no_such("customer balance transaction", one["id"])
    return one
