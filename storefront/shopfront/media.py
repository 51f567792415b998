"""Pictures by the hash of their bytes: an address never changes what it shows."""

from flask import Response, abort, request
from sqlalchemy import select

from storefront.catalog.image import Media
from storefront.shopfront.door import blueprint
from storefront.web.database import session


@blueprint.get("/media/<hash>")
def media(hash: str) -> Response:  # noqa: A002 - the word of the address
    """The bytes, to be kept for ever."""
    if hash in request.if_none_match:
        return Response(status=304, headers={"ETag": f'"{hash}"'})
    found = session().execute(select(Media.content, Media.content_type).where(Media.hash == hash)).first()
    if found is None:
        abort(404)
    response = Response(found.content, content_type=found.content_type)
    response.set_etag(hash)
    return response
