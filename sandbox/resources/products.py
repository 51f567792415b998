"""Products."""

from sandbox import rules
from sandbox.errors import refused
from sandbox.transaction import Thing, Transaction
from sandbox.wire.listing import listed
from sandbox.wire.routing import Call, route


def new_product(tx: Transaction, given: Thing, active: bool = True) -> Thing:
    """Write a product from name, description, images, metadata .."""
    rules.no_longer_than(given, {"name": 5000, "description": 40000, "statement_descriptor": 22, "unit_label": 12})
    product = tx.new(
        "prod",
        "product",
        active=given.get("active", active),
        default_price=None,
        description=given.get("description") or None,
        images=given.get("images") or [],
        marketing_features=given.get("marketing_features") or [],
        metadata=rules.merged_metadata({}, given.get("metadata")),
        name=given["name"],
        package_dimensions=given.get("package_dimensions") or None,
        shippable=given.get("shippable"),
        statement_descriptor=given.get("statement_descriptor"),
        tax_code=given.get("tax_code") or None,
        type="service",
        unit_label=given.get("unit_label") or None,
        updated=tx.now,
        url=given.get("url") or None,
    )
    return tx.put(product)


@route("GET", "/v1/products/<id>", "ProductRetrieveParams")
def retrieve_product(call: Call) -> Thing:
    return call.tx.require("product", call.ids["id"])


@route("POST", "/v1/products/<id>", "ProductUpdateParams")
def update_product(call: Call) -> Thing:
    product = call.tx.require("product", call.ids["id"])
    before = dict(product)
    product["metadata"] = rules.merged_metadata(product["metadata"], call.params.pop("metadata", None))
    if call.params.get("default_price"):
        call.tx.require("price", call.params["default_price"], "default_price")
    product |= {name: value if value != "" else None for name, value in call.params.items()} | {"updated": call.tx.now}
    call.tx.put(product)
    previous = {name: value for name, value in before.items() if product[name] != value}
    call.tx.tell("product.updated", product, previous)
    return product


@route("DELETE", "/v1/products/<id>", "ProductDeleteParams")
def delete_product(call: Call) -> Thing:
    """Only a product without prices."""
    product = call.tx.require("product", call.ids["id"])
    if call.tx.all("price", product=product["id"]):
        raise refused("This product cannot be deleted because it has one or more user-created prices.")
    call.tx.drop(product)
    call.tx.tell("product.deleted", product)
    return {"id": product["id"], "object": "product", "deleted": True}


@route("GET", "/v1/products", "ProductListParams")
def list_products(call: Call) -> Thing:
    ids = call.params.get("ids")
    where = f"id IN ({', '.join('?' * len(ids))})" if ids else ""
    return listed(call, "product", "active", "shippable", "url", where=where, values=tuple(ids or ()))
