"""Credit notes: what an invoice asks for is lowered, what was paid goes back (docs: api/credit_notes)."""

from sandbox.billing import collecting, credit_lines, invoices, taxes
from sandbox.errors import invalid, refused
from sandbox.paying import intents
from sandbox.transaction import Thing, Transaction

WAYS = ("credit_amount", "out_of_band_amount", "refund_amount")


def rest_of(tx: Transaction, invoice: Thing, new: Thing) -> int:
    """Minor units that can still be credited: neither by a note that stands nor by a refund that no note names."""
    notes = tx.all("credit_note", invoice=invoice["id"], status="issued")
    linked = {one["refund"] for note in (*notes, new) for one in note["refunds"]}
    charge = charge_of(tx, invoice)
    refunds = tx.all("refund", charge=charge["id"]) if charge else []
    beside = [one for one in refunds if one["id"] not in linked and one["status"] not in ("failed", "canceled")]
    return int(invoice["total"] - sum(note["total"] for note in notes) - sum(one["amount"] for one in beside))


def charge_of(tx: Transaction, invoice: Thing) -> Thing | None:
    """The charge that paid an invoice; None where no card did."""
    for payment in tx.all("invoice_payment", invoice=invoice["id"], status="paid"):
        return tx.find(tx.get(payment["payment"]["payment_intent"])["latest_charge"])
    return None


def drafted(tx: Transaction, invoice: Thing, lines: list[Thing], shipping: Thing | None, **fields: object) -> Thing:
    """A note that is added up but neither written nor counted anywhere."""
    number = len(tx.all("credit_note", invoice=invoice["id"])) + 1
    every = [tax for line in lines for tax in line["taxes"]]
    amounts = [one for line in lines for one in line["discount_amounts"]]
    sent = shipping["amount_total"] if shipping else 0
    total = sum(credit_lines.net(line) for line in lines) + sent
    subtotal = sum(line["amount"] for line in lines)
    note = tx.new("cn", "credit_note", amount=total, currency=invoice["currency"], customer=invoice["customer"])
    return note | {
        "amount_shipping": shipping["amount_subtotal"] if shipping else 0,
        "customer_account": None,
        "customer_balance_transaction": None,
        "discount_amount": sum(one["amount"] for one in amounts),
        "discount_amounts": _by_discount(amounts),
        "effective_at": tx.now,
        "invoice": invoice["id"],
        "lines": {"object": "list", "data": lines, "has_more": False, "url": f"/v1/credit_notes/{note['id']}/lines"},
        "memo": None,
        "metadata": {},
        "number": f"{invoice['number']}-CN-{number:02d}",
        "out_of_band_amount": None,
        "pdf": f"{tx.site}/credit_notes/{note['id']}",
        "pretax_credit_amounts": [one | {"type": "discount"} for one in _by_discount(amounts)],
        "reason": None,
        "refunds": [],
        "shipping_cost": shipping,
        "status": "issued",
        "subtotal": subtotal,
        "subtotal_excluding_tax": subtotal - taxes.included(every),
        "total": total,
        "total_excluding_tax": total - sum(tax["amount"] for tax in every) - (shipping["amount_tax"] if shipping else 0),
        "total_taxes": taxes.summed(every),
        "voided_at": None,
        **fields,
    }  # fmt: skip


def _by_discount(amounts: list[Thing]) -> list[Thing]:
    sums: dict[str, int] = {}
    for one in amounts:
        sums[one["discount"]] = sums.get(one["discount"], 0) + one["amount"]
    return [{"amount": amount, "discount": name} for name, amount in sums.items()]


def split(tx: Transaction, invoice: Thing, note: Thing, back: int) -> None:
    """Write how much lowers what is still asked for, and how much must go back in one of the ways; `back` is what does."""
    if note["total"] < 1:
        raise invalid("A credit note must credit something.", "amount", "parameter_invalid_integer")
    left = rest_of(tx, invoice, note)
    if note["total"] > left:
        message = f"The credit note's total ({note['total']}) is more than what can still be credited ({left})."
        raise refused(message, "amount")
    open_ = invoice["amount_remaining"] if invoice["status"] == "open" else 0
    before = min(note["total"], open_)
    after = note["total"] - before
    if back != after:
        message = (
            "The sum of refunds, `refund_amount`, `credit_amount` and `out_of_band_amount` "
            f"({back}) must equal the post-payment amount of the credit note ({after})."
        )
        raise refused(message)
    kind = "mixed" if before and after else "post_payment" if after else "pre_payment"
    note |= {"pre_payment_amount": before, "post_payment_amount": after, "type": kind}


def issue(tx: Transaction, invoice: Thing, note: Thing) -> None:
    """Write a note whose money has gone back, tell it, and count it in its invoice."""
    tx.put(note)
    tx.tell("credit_note.created", note)
    names = ("amount_due", "amount_remaining", "post_payment_credit_notes_amount", "pre_payment_credit_notes_amount")
    previous = {name: invoice[name] for name in names}
    invoice["post_payment_credit_notes_amount"] += note["post_payment_amount"]
    _lower(tx, invoice, note["pre_payment_amount"])
    tx.tell("invoice.updated", invoice, {name: old for name, old in previous.items() if invoice[name] != old})
    if invoice["status"] == "open" and not invoice["amount_remaining"]:
        invoices.drop_payments(tx, invoice, None)
        collecting.settle(tx, invoice, None)


def _lower(tx: Transaction, invoice: Thing, amount: int) -> None:
    """Ask for so much less, or with a negative amount for more; the intent that waits asks for as much."""
    invoice["pre_payment_credit_notes_amount"] += amount
    for name in ("amount_due", "amount_remaining"):
        invoice[name] -= amount
    tx.put(invoice)
    for payment in tx.all("invoice_payment", invoice=invoice["id"], status="open"):
        intent = tx.get(payment["payment"]["payment_intent"])
        if amount and invoice["amount_remaining"] and intent["status"] in intents.CANCELABLE:
            payment["amount_requested"] = intent["amount"] = invoice["amount_remaining"]
            tx.put(payment)
            tx.put(intent)


def void(tx: Transaction, note: Thing) -> Thing:
    """Take back a note of an invoice that is still open: the invoice asks for the money again."""
    invoice = tx.get(note["invoice"])
    tx.stand_on(invoice)
    if note["status"] == "void":
        raise refused("This credit note is already void.")
    if invoice["status"] != "open" or note["post_payment_amount"]:
        raise refused("You can only void a credit note of an open invoice, from which nothing has gone back.")
    note |= {"status": "void", "voided_at": tx.now}
    tx.put(note)
    tx.tell("credit_note.voided", note)
    names = ("amount_due", "amount_remaining", "pre_payment_credit_notes_amount")
    previous = {name: invoice[name] for name in names}
    _lower(tx, invoice, -note["pre_payment_amount"])
    tx.tell("invoice.updated", invoice, previous)
    return note
