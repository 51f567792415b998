"""The balance, and its transactions."""

from collections import defaultdict

from sandbox.transaction import Thing
from sandbox.wire.listing import listed
from sandbox.wire.routing import Call, route


@route("GET", "/v1/balance", "BalanceRetrieveParams")
def retrieve(call: Call) -> Thing:
    sums: dict[str, dict[str, int]] = {"available": defaultdict(int), "pending": defaultdict(int)}
    for entry in call.tx.all("balance_transaction"):
        sums[entry["status"]][entry["currency"]] += entry["net"]
    currencies = sorted({"eur", *sums["available"], *sums["pending"]})
    lists = {
        name: [{"amount": money[one], "currency": one, "source_types": {"card": money[one]}} for one in currencies]
        for name, money in sums.items()
    }
    return {"object": "balance", "livemode": call.tx.livemode, **lists}


@route("GET", "/v1/balance_transactions/<id>", "BalanceTransactionRetrieveParams")
def retrieve_transaction(call: Call) -> Thing:
    return call.tx.require("balance_transaction", call.ids["id"], noun="balance transaction")


@route("GET", "/v1/balance_transactions", "BalanceTransactionListParams")
def list_transactions(call: Call) -> Thing:
    return listed(call, "balance_transaction", "currency", "source", "type")
