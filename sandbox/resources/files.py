"""Files: uploaded as multipart, read again with a secret key (STRIPE.md sections 7 and 13)."""

from sandbox.errors import invalid, missing
from sandbox.transaction import Thing
from sandbox.wire.listing import listed
from sandbox.wire.routing import Call, Upload, route

MEGABYTE = 1_000_000
# From the upload guide: what each purpose may hold, and how much of it. Other purposes belong to Connect and Terminal.
_LIMITS = {
    "dispute_evidence": (5 * MEGABYTE, ("pdf", "png", "jpg")),
    "customer_signature": (4 * MEGABYTE, ("png", "jpg")),
    "business_icon": (512_000, ("png", "jpg")),
    "business_logo": (512_000, ("png", "jpg")),
}
_BEGINNINGS = {b"%PDF-": "pdf", b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}


@route("POST", "/v1/files", "FileCreateParams")
def create(call: Call) -> Thing:
    tx, params, upload = call.tx, call.params, call.upload
    if upload is None:
        raise missing("file")
    if params["purpose"] not in _LIMITS:
        raise invalid(f"The sandbox keeps files for {', '.join(_LIMITS)} only.", "purpose")
    if "file_link_data" in params:
        raise invalid("The sandbox does not offer file links.", "file_link_data")
    kind = _kind(upload, params["purpose"])
    file = tx.new(
        "file",
        "file",
        expires_at=None,
        filename=upload.name,
        purpose=params["purpose"],
        size=len(upload.content),
        title=None,
        type=kind,
    )
    del file["livemode"]
    address = f"/v1/files/{file['id']}"
    links = {"object": "list", "data": [], "has_more": False, "url": f"/v1/file_links?file={file['id']}"}
    file |= {"links": links, "url": f"{tx.site}{address}/contents"}
    tx.keep_content(file["id"], upload.content)
    return tx.put(file)


def _kind(upload: Upload, purpose: str) -> str:
    """png, jpg or pdf, by the file's first bytes; its name and declared type prove nothing."""
    largest, kinds = _LIMITS[purpose]
    if not upload.content:
        raise invalid("The file you uploaded is empty.", "file")
    if len(upload.content) > largest:
        message = f"The file you uploaded is too large: it has {len(upload.content):,} bytes, {largest:,} are allowed."
        raise invalid(message, "file", "file_too_large")
    kind = next((kind for start, kind in _BEGINNINGS.items() if upload.content.startswith(start)), None)
    if kind not in kinds:
        raise invalid(f"Files for {purpose} must be of type {', '.join(kinds)}.", "file")
    return kind


@route("GET", "/v1/files/<id>", "FileRetrieveParams")
def retrieve(call: Call) -> Thing:
    return call.tx.require("file", call.ids["id"], noun="file upload")


@route("GET", "/v1/files", "FileListParams")
def listing(call: Call) -> Thing:
    return listed(call, "file", "purpose")
