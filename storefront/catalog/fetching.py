"""The duty that fetches pictures named by their address, one at a time; pages show a placeholder until then."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from storefront.catalog import download, pictures
from storefront.catalog.image import ImageState, ProductImage
from storefront.work import claim

WORKER = "pictures"


def fetch_one(sessions: Callable[[], Session], allowed: download.Allowed = download.public) -> bool:
    """Fetch the picture that is due.

    Returns False if there was none. `allowed`: which addresses may be connected to.
    """
    with sessions() as session:
        image = claim(session, ProductImage, WORKER, ProductImage.state == ImageState.WAITING)
        if image is None:
            return False
        image_id, source, lease = image.id, image.source, image.tries
        session.commit()
    encoded: tuple[pictures.Encoded, pictures.Encoded] | None = None
    refusal = trouble = ""
    try:
        encoded = pictures.encode(download.download(source, pictures.MOST_BYTES, allowed))
    except (download.RefusedError, pictures.PictureError) as error:
        refusal = str(error)
    except download.UnreachableError as error:
        trouble = str(error)
    with sessions() as session:
        image = session.get(ProductImage, image_id, with_for_update=True)
        if image is not None and image.tries == lease and image.state == ImageState.WAITING:
            _conclude(session, image, encoded, refusal, trouble)
            session.commit()
    return True


def _conclude(
    session: Session,
    image: ProductImage,
    encoded: tuple[pictures.Encoded, pictures.Encoded] | None,
    refusal: str,
    trouble: str,
) -> None:
    if encoded is not None:
        pictures.keep(session, image, encoded)
    elif refusal:
        image.done_with()
        image.state, image.last_error = ImageState.FAILED, refusal[:500]
    elif not image.unreachable(trouble):
        image.state = ImageState.FAILED
