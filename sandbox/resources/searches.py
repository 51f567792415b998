"""Search by fields and metadata; which fields is Stripe's list (docs search, query fields)."""

from sandbox.transaction import Thing
from sandbox.wire.routing import Call, route
from sandbox.wire.searching import searched

_CARD = tuple(
    f"payment_method_details.card.{name}" for name in ("brand", "exp_month", "exp_year", "fingerprint", "last4")
)


@route("GET", "/v1/charges/search", "ChargeSearchParams")
def charges(call: Call) -> Thing:
    fields = (
        "amount",
        "billing_details.address.postal_code",
        "created",
        "currency",
        "customer",
        "disputed",
        "refunded",
    )
    return searched(call, "charge", "charges", (*fields, "status", *_CARD))


@route("GET", "/v1/customers/search", "CustomerSearchParams")
def customers(call: Call) -> Thing:
    return searched(call, "customer", "customers", ("created", "email", "name", "phone"))


@route("GET", "/v1/invoices/search", "InvoiceSearchParams")
def invoices(call: Call) -> Thing:
    fields = ("created", "currency", "customer", "number", "receipt_number", "status", "subscription", "total")
    return searched(call, "invoice", "invoices", fields)


@route("GET", "/v1/payment_intents/search", "PaymentIntentSearchParams")
def payment_intents(call: Call) -> Thing:
    fields = ("amount", "created", "currency", "customer", "status")
    return searched(call, "payment_intent", "payment_intents", fields)


@route("GET", "/v1/prices/search", "PriceSearchParams")
def prices(call: Call) -> Thing:
    fields = ("active", "billing_scheme", "created", "currency", "lookup_key", "product", "type")
    return searched(call, "price", "prices", fields)


@route("GET", "/v1/products/search", "ProductSearchParams")
def products(call: Call) -> Thing:
    fields = ("active", "created", "description", "name", "shippable", "url")
    return searched(call, "product", "products", fields)


@route("GET", "/v1/subscriptions/search", "SubscriptionSearchParams")
def subscriptions(call: Call) -> Thing:
    return searched(call, "subscription", "subscriptions", ("canceled_at", "created", "status"))
