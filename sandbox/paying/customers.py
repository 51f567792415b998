"""Customers as they come to be."""

from typing import Any

from sandbox import ids
from sandbox.transaction import Thing, Transaction


def made(tx: Transaction, **known: Any) -> Thing:
    """Write a customer and tell customer.created."""
    customer = tx.new(
        "cus",
        "customer",
        address=None,
        balance=0,
        currency=None,
        customer_account=None,
        default_source=None,
        delinquent=False,
        description=None,
        discount=None,
        email=None,
        invoice_prefix=ids.letters(8).upper(),
        invoice_settings={
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        metadata={},
        name=None,
        next_invoice_sequence=1,
        phone=None,
        preferred_locales=[],
        shipping=None,
        tax_exempt="none",
        test_clock=None,
    )
    customer |= known
    tx.put(customer)
    tx.tell("customer.created", customer)
    return customer
