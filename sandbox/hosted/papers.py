"""Invoices and credit notes as their customers read them."""

from flask import Response

from sandbox import money
from sandbox.current import world
from sandbox.hosted.door import answer, door


@door.get("/i/<invoice_id>")
def invoice_page(invoice_id: str) -> Response:
    """What hosted_invoice_url leads to."""
    here = world()
    invoice = here.thing(invoice_id)
    if invoice is None or invoice["object"] != "invoice" or invoice["status"] == "draft":
        return answer("hosted/unknown.html", here.settings.url)
    with here.reading(invoice["livemode"]) as tx:
        notes = tx.all("credit_note", newest_first=False, invoice=invoice["id"], status="issued")
    return answer("hosted/invoice.html", here.settings.url, invoice=invoice, notes=notes, said=money.said)


@door.get("/credit_notes/<note_id>")
def credit_note_page(note_id: str) -> Response:
    """What a credit note's `pdf` leads to: a page."""
    here = world()
    note = here.thing(note_id)
    if note is None or note["object"] != "credit_note":
        return answer("hosted/unknown.html", here.settings.url)
    with here.reading(note["livemode"]) as tx:
        invoice = tx.get(note["invoice"])
    return answer("hosted/credit_note.html", here.settings.url, note=note, invoice=invoice, said=money.said)
