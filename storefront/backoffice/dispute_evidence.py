"""Below `/backoffice/disputes/<dispute_id>`: what staff add to the evidence, and the papers as they will be sent."""

import re
import secrets
from typing import Any

from flask import Response, abort, redirect, request

from storefront import pan
from storefront.backoffice.access import me
from storefront.backoffice.disputes import dispute_of_merchant, packet_now, page_of_dispute, show_dispute
from storefront.backoffice.door import blueprint
from storefront.backoffice.notes import CARD
from storefront.evidence.addition import EvidencePicture, contents, pictures_by_staff, write
from storefront.evidence.fields import FILES, MOST_EACH, NAMES, TEXTS
from storefront.orders.timeline import tell
from storefront.web.database import session
from storefront.web.limits import limited
from storefront.web.uploads import takes

LONGEST_NOTE = 2000
MOST_PICTURES = 40


@blueprint.post("/disputes/<dispute_id>/texts")
@takes
def write_text(dispute_id: str) -> Any:
    """Staff's own words for one field, empty to leave it out, "shop" to go back to what the shop writes."""
    dispute, order = dispute_of_merchant(dispute_id)
    asked, text = request.form.get("field", ""), request.form.get("text", "").strip().replace("\r\n", "\n")
    field = next((one for one in TEXTS if one == asked), None) or abort(404)
    if len(text) > MOST_EACH:
        fault = f"'{NAMES[field]}' may have {MOST_EACH:,} characters; this has {len(text):,}. It was not kept."
        return show_dispute(dispute, order, fault, 422)
    if pan.found(text):
        return show_dispute(dispute, order, CARD, 422)
    written = packet_now(dispute).written[field]
    text = written if "shop" in request.form else text
    write(session(), dispute, field, text, me().name, written_by_shop=written)
    session().commit()
    return redirect(f"{page_of_dispute(dispute)}#{field}", 303)


@blueprint.post("/disputes/<dispute_id>/pictures")
@limited("60/minute")
@takes
def attach(dispute_id: str) -> Any:
    """A PDF or a picture: its pages are drawn anew and follow the shop's own paper in the field."""
    from storefront.evidence.copying import PaperError, copies_of  # here: only who draws loads what draws

    sent, field = request.files.get("file"), request.form.get("field", "")
    if field not in FILES or sent is None:
        abort(404)
    try:
        copies = copies_of(sent.read())
    except PaperError as error:
        return show_dispute(*dispute_of_merchant(dispute_id), str(error), 422)
    dispute, order = dispute_of_merchant(dispute_id)
    kept = pictures_by_staff(session(), dispute)
    fresh = [copy for copy in copies if copy.hash not in {one.hash for one in kept if one.field == field}]
    if len(kept) + len(fresh) > MOST_PICTURES:
        return show_dispute(dispute, order, f"At most {MOST_PICTURES} pages can be attached.", 422)
    name = " ".join(re.sub(r"[^\w .()-]", " ", sent.filename or "").split())[-80:]
    session().add_all(
        EvidencePicture(
            dispute_id=dispute.id, field=field, name=pan.mask(name), page=page, hash=copy.hash, content=copy.content, by=me().name
        )
        for page, copy in enumerate(fresh, 1)
    )  # fmt: skip
    session().commit()
    return redirect(f"{page_of_dispute(dispute)}#papers", 303)


@blueprint.post("/disputes/<dispute_id>/pictures/<int:picture_id>/end")
def take_away(dispute_id: str, picture_id: int) -> Any:
    """What was sent already stays sent."""
    dispute, _order = dispute_of_merchant(dispute_id)
    picture = session().get(EvidencePicture, picture_id)
    if picture is None or picture.dispute_id != dispute.id:
        abort(404)
    session().delete(picture)
    session().commit()
    return redirect(f"{page_of_dispute(dispute)}#papers", 303)


@blueprint.get("/disputes/<dispute_id>/papers/<field>.pdf")
def paper(dispute_id: str, field: str) -> Response:
    """One of the files as it would be sent now."""
    from storefront.evidence.pdf import drawn  # here: only who draws loads what draws

    dispute, _order = dispute_of_merchant(dispute_id)
    found = packet_now(dispute).papers.get(field)
    if found is None:
        abort(404)
    headers = {"Content-Disposition": f'attachment; filename="{field}.pdf"'}
    return Response(drawn(found, contents(session(), dispute)), mimetype="application/pdf", headers=headers)


@blueprint.post("/disputes/<dispute_id>/notes")
def note_dispute(dispute_id: str) -> Any:
    """For colleagues; neither buyers nor banks see it."""
    dispute, order = dispute_of_merchant(dispute_id)
    text = request.form.get("text", "").strip().replace("\r\n", "\n")
    if not text or len(text) > LONGEST_NOTE:
        return show_dispute(dispute, order, f"A note has at most {LONGEST_NOTE} characters, and at least one.", 422)
    if pan.found(text):
        return show_dispute(dispute, order, CARD, 422)
    once = request.form.get("once", "")
    key = once if re.fullmatch(r"[\w-]{10,40}", once) else secrets.token_urlsafe(12)
    tell(session(), order.id, f"note:{dispute.stripe_id}:{key}", text, me().name, public=False)
    session().commit()
    return redirect(f"{page_of_dispute(dispute)}#timeline", 303)
