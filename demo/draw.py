"""Draw the demo shop's pictures into demo/images and demo/small, all or those that are named.

Use: PYTHONPATH=. python demo/draw.py [NAME ...]

Needs Chromium (CHROMIUM names it, default /usr/bin/chromium), Playwright and Pillow: requirements-dev.in has both.
"""

import os
import sys
from pathlib import Path

from drawing.raster import paint
from drawing.still_lifes import all_pictures


def main(names: list[str]) -> None:
    pictures = all_pictures()
    unknown = sorted(set(names) - set(pictures))
    if unknown:
        sys.exit(f"No picture is called {', '.join(unknown)}. There are: {', '.join(pictures)}.")
    folder = Path(__file__).parent
    wanted = [(name, svg) for name, svg in pictures.items() if not names or name in names]
    paint(wanted, folder, os.environ.get("CHROMIUM", "/usr/bin/chromium"))


if __name__ == "__main__":
    main(sys.argv[1:])
