"""Pictures for an import out of a folder, by the file name at the end of their address."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlalchemy.orm import Session

from storefront.catalog import pictures
from storefront.catalog.image import ImageState, ProductImage


def from_folder(folder: Path, told: Callable[[str], None]) -> Callable[[Session, ProductImage], None]:
    """What an import calls with each new picture. `told`: takes a sentence about every file that is there but is no
    picture.

    Only plain names are looked up, so no address leads out of the folder. What is not there waits to be fetched.
    """
    inside = folder.resolve()

    def take(session: Session, image: ProductImage) -> None:
        name = unquote(urlsplit(image.source).path).rsplit("/", 1)[-1]
        path = (inside / name).resolve() if name.strip(". ") and "\\" not in name else inside
        if path.parent != inside or not path.is_file():
            return
        try:
            encoded = pictures.encode(_read(path))
        except (OSError, pictures.PictureError) as error:
            told(f"{name}: {error}")
            image.state, image.last_error = ImageState.FAILED, str(error)[:500]
            return
        pictures.keep(session, image, encoded)

    return take


def _read(path: Path) -> bytes:
    """The file, but no more of it than shows that it is too large."""
    with path.open("rb") as file:
        return file.read(pictures.MOST_BYTES + 1)
