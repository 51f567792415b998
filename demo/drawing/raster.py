"""SVG to WebP: Chromium paints, Pillow adds paper grain and finds the quality that fits."""

import asyncio
import io
from collections.abc import Iterable
from pathlib import Path

from PIL import Image, ImageChops
from playwright.async_api import Browser, async_playwright

from drawing.scene import HEIGHT, WIDTH
from storefront.catalog.pictures import encode

MOST_BYTES = 45_000
FONTS = Path(__file__).parents[2] / "static" / "fonts"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
]


def paint(drawings: Iterable[tuple[str, str]], folder: Path, chromium: str) -> None:
    """Write NAME.webp into `images` and, as cards show it, into `small` of the folder for each (name, svg)."""
    asyncio.run(_paint_all(list(drawings), folder, chromium))


async def _paint_all(drawings: list[tuple[str, str]], folder: Path, chromium: str) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for name, svg in drawings:
            target = folder / "images" / f"{name}.webp"
            size = _save(await _shot(browser, svg), target)
            _shrink(target, folder / "small" / target.name)
            print(f"{name}.webp  {size / 1000:.1f} kB")
        await browser.close()


async def _shot(browser: Browser, svg: str) -> bytes:
    page = await browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    face = (FONTS / "young-serif.woff2").read_bytes().hex()
    await page.set_content(f"<body style='margin:0'>{svg}</body>")
    await page.evaluate(
        """async hex => { const bytes = new Uint8Array(hex.match(/../g).map(b => parseInt(b, 16)));
        const face = new FontFace('Young Serif', bytes.buffer); await face.load(); document.fonts.add(face);
        await document.fonts.ready; }""",
        face,
    )
    shot = await page.screenshot(type="png")
    await page.close()
    return shot


def _save(png: bytes, target: Path) -> int:
    clean = Image.open(io.BytesIO(png)).convert("RGB")
    grained = _grain(clean)
    for quality in range(82, 30, -4):
        buffer = io.BytesIO()
        grained.save(buffer, "WEBP", quality=quality, method=6)
        if buffer.tell() <= MOST_BYTES:
            break
    target.write_bytes(buffer.getvalue())
    return buffer.tell()


def _shrink(large: Path, target: Path) -> None:
    """Write the picture as the shop does for its cards."""
    _, small = encode(large.read_bytes())
    target.write_bytes(small.content)


def _grain(image: Image.Image) -> Image.Image:
    noise = Image.effect_noise((WIDTH // 2, HEIGHT // 2), 22).resize(image.size, Image.Resampling.BICUBIC)
    layer = Image.merge("RGB", [noise] * 3)
    return Image.blend(image, ImageChops.overlay(image, layer), 0.35)
