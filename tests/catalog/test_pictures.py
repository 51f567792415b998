from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import func, select

from storefront.catalog import pictures, shelf
from storefront.catalog.image import ImageState, Media, ProductImage
from storefront.catalog.importing.folder import from_folder
from storefront.catalog.product import Product, Variant


def a_picture(kind="JPEG", size=(80, 40), mode="RGB", **options):
    out = BytesIO()
    colour: object = {"P": 1, "RGBA": (255, 0, 0, 60)}.get(mode, "red")
    Image.new(mode, size, colour).save(out, kind, **options)
    return out.getvalue()


def opened(encoded):
    return Image.open(BytesIO(encoded.content))


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "RGB"), ("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "RGBA"), ("PNG", "P"), ("GIF", "P"), ("WEBP", "RGB")],
)
def test_every_kind_becomes_webp(kind, mode):
    large, _ = pictures.encode(a_picture(kind, mode=mode))
    picture = opened(large)
    assert (picture.format, picture.size, (large.width, large.height)) == ("WEBP", (80, 40), (80, 40))


def test_large_pictures_are_made_smaller_in_two_sizes():
    large, small = pictures.encode(a_picture(size=(3000, 1500)))
    assert (opened(large).size, opened(small).size) == ((1600, 800), (640, 320))


def test_a_picture_is_turned_upright_and_tells_nothing_of_the_camera():
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Spy camera"
    content = a_picture(exif=exif, comment=b"where I live", icc_profile=b"secret profile")
    large, _ = pictures.encode(content)
    picture = opened(large)
    assert picture.size == (40, 80)
    assert not picture.getexif()
    assert b"Spy" not in large.content
    assert b"secret" not in large.content


def test_transparency_stays():
    large, _ = pictures.encode(a_picture("PNG", mode="RGBA"))
    assert opened(large).mode == "RGBA"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html>",
        a_picture("TIFF"),
        a_picture("BMP"),
        a_picture()[:200],
        a_picture("PNG")[:40],
        b"\xff\xd8\xff\xe0" + b"x" * 1000,
        b"x" * (pictures.MOST_BYTES + 1),
        a_picture("PNG", size=(20_000, 10_000), mode="1"),
        a_picture("PNG", size=(7_000, 7_000), mode="1"),
    ],
)
def test_what_is_no_picture_is_refused_with_a_sentence(content):
    with pytest.raises(pictures.PictureError, match=r"\.$"):
        pictures.encode(content)


@pytest.fixture
def image(session):
    product = Product(handle="tea", title="Tea", variants=[Variant(price=1, currency="eur")])
    product.images = [ProductImage(source="https://x.example/shots/my%20tea.jpg?v=1", alt="A tin")]
    session.add(product)
    session.commit()
    return product.images[0]


def test_a_picture_that_is_ready_is_shown(session, image):
    assert shelf.products(session).cards[0].picture is None
    pictures.keep(session, image, pictures.encode(a_picture(size=(1000, 500))))
    session.commit()
    shown = shelf.products(session).cards[0].picture
    assert (shown.width, shown.height, shown.small_width, shown.alt) == (1000, 500, 640, "A tin")
    assert shelf.product(session, "tea").pictures == (shown,)


def test_the_same_bytes_are_kept_once(session, image):
    encoded = pictures.encode(a_picture())
    pictures.keep(session, image, encoded)
    pictures.keep(session, image, encoded)
    session.commit()
    assert session.scalar(select(func.count()).select_from(Media)) == 1


def test_a_folder_gives_pictures_by_their_file_name(session, image, tmp_path):
    (tmp_path / "my tea.jpg").write_bytes(a_picture())
    from_folder(tmp_path, pytest.fail)(session, image)
    assert image.state == ImageState.READY


@pytest.mark.parametrize(
    "source",
    [
        "../secret.jpg",
        "..%2Fsecret.jpg",
        "..",
        "",
        "/",
        "%2e%2e",
        "a/../../secret.jpg",
        "link.jpg",
        "..\\secret.jpg",
        "nothing.jpg",
    ],
)
def test_no_address_leads_out_of_the_folder(session, image, tmp_path, source):
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.jpg").write_bytes(a_picture())
    (inside / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    image.source = source
    from_folder(inside, pytest.fail)(session, image)
    assert (image.state, image.media_hash) == (ImageState.WAITING, None)


def test_a_file_that_is_no_picture_is_told_and_not_shown(session, image, tmp_path):
    told = []
    (tmp_path / "my tea.jpg").write_text("hello")
    from_folder(tmp_path, told.append)(session, image)
    assert told == ["my tea.jpg: This is no JPEG, PNG, WebP or GIF picture of a sensible size."]
    assert image.state == ImageState.FAILED
