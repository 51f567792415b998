"""The enhanced evidence for Visa's CE 3.0, if Stripe says that the dispute may be answered so and the shop knows enough."""

from dataclasses import dataclass
from datetime import UTC
from typing import Any

from sqlalchemy.orm import Session

from storefront.evidence.compelling import Match, Purchase, concerned, match
from storefront.evidence.earlier import with_same_card
from storefront.orders.order import Order
from storefront.payments.dispute import Dispute

Json = dict[str, Any]
KEY = "visa_compelling_evidence_3"
OFFERED = ("qualified", "requires_action")


@dataclass(frozen=True, slots=True)
class Enhanced:
    """`concerned`: Visa's rule is about such disputes. `status`: Stripe's word, empty where it says nothing.

    `match`: the earlier purchases that the shop found. `orders`: of these, by charge. `parameters`: of `enhanced_evidence`;
    empty unless both sides agree.
    """

    concerned: bool
    status: str
    match: Match | None
    orders: dict[str, Order]
    parameters: Json

    @property
    def same_words(self) -> str:
        """What is equal in all three purchases, in words."""
        return " and ".join(_WORDS[name] for name in self.match.same) if self.match else ""

    @property
    def shown(self) -> list[tuple[str, str, Json]]:
        """Each purchase of `parameters` with a heading and its place in them, flat, for people."""
        if not self.parameters:
            return []
        disputed = self.parameters[KEY]["disputed_transaction"]
        earlier = self.parameters[KEY]["prior_undisputed_transactions"]
        parts = [("The disputed purchase, for Visa", "[disputed_transaction]", disputed)]
        parts += [
            (f"Earlier purchase {number + 1}, for Visa", f"[prior_undisputed_transactions][{number}]", one)
            for number, one in enumerate(earlier)
        ]
        return [(words, place, {name: _flat(value) for name, value in part.items()}) for words, place, part in parts]


_WORDS = {"customer": "buyer", "ip": "internet address", "device": "device", "address": "shipping address"}


def _flat(value: Any) -> str:
    return ", ".join(map(str, value.values())) if isinstance(value, dict) else str(value)


def enhanced_of(session: Session, dispute: Dispute) -> Enhanced:
    """Reads only."""
    status = str((dispute.eligibility.get(KEY) or {}).get("status") or "")
    if not concerned(dispute.network, dispute.reason_code):
        return Enhanced(concerned=False, status=status, match=None, orders={}, parameters={})
    disputed, others, orders = with_same_card(session, dispute)
    found = match(disputed, dispute.opened_at.astimezone(UTC).date(), others)
    parameters: Json = {}
    if found is not None and status in OFFERED:
        order = session.get_one(Order, dispute.order_id)
        parameters = {KEY: _parameters(order, disputed, found, orders)}
    return Enhanced(concerned=True, status=status, match=found, orders=orders, parameters=parameters)


def _parameters(order: Order, disputed: Purchase, found: Match, orders: dict[str, Order]) -> Json:
    kind = "merchandise" if any(line.requires_shipping for line in order.lines) else "services"
    return {
        "disputed_transaction": _transaction(order, disputed) | {"merchandise_or_services": kind},
        "prior_undisputed_transactions": [
            {"charge": one.charge, **_transaction(orders[one.charge], one)} for one in found.earlier
        ],
    }


def _transaction(order: Order, purchase: Purchase) -> Json:
    known: Json = {
        "customer_account_id": purchase.customer,
        "customer_email_address": order.email,
        "customer_purchase_ip": purchase.ip,
        "customer_device_id": purchase.device,
        "product_description": ", ".join(f"{line.kept} x {line.name}" for line in order.lines if line.kept)[:1000],
        "shipping_address": _address(order),
    }
    return {name: value for name, value in known.items() if value}


def _address(order: Order) -> Json:
    names = ("line1", "line2", "city", "state", "postal_code", "country")
    return (
        {name: order.address[name] for name in names if order.address.get(name)} if order.address.get("line1") else {}
    )
