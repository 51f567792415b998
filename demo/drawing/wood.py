"""Board, knife, spoons, loaf: oak and beech."""

from drawing.palette import CRUST, OAK, OAK_DARK, STEEL, shade, tint
from drawing.shapes import blob, clipped, d_of, ellipse, line, path, polygon, rough, spline


def board(name: str, wood: str = OAK, x: float = 500, y: float = 1000, scale: float = 1) -> str:
    """A round-shouldered board lying on the table, handle to the right, grain along it."""
    face = [
        (-380, 40),
        (-372, -66),
        (-330, -104),
        (0, -112),
        (210, -104),
        (262, -62),
        (300, -34),
        (392, -30),
        (420, 0),
        (396, 34),
        (300, 34),
        (256, 66),
        (200, 96),
        (0, 104),
        (-330, 96),
    ]
    outline = d_of(spline(face, closed=True, steps=8))
    grain = [
        line(
            [(-400, gy), (-200, gy + (6, -5, 4)[i % 3]), (60, gy - (4, 6, -3)[i % 3]), (440, gy + 3)],
            shade(wood, 0.34),
            (3, 1.6, 2.4)[i % 3],
            'opacity="0.5"',
        )
        for i, gy in enumerate(range(-100, 110, 15))
    ]
    knot = ellipse(-210, 34, 30, 11, shade(wood, 0.35), 'opacity="0.6"') + ellipse(
        -210, 34, 16, 5, shade(wood, 0.5), 'opacity="0.7"'
    )
    hole = ellipse(372, 2, 15, 10, shade(wood, 0.6))
    light = blob(
        [(-360, -60), (-300, -96), (0, -102), (180, -92), (0, -84), (-290, -76)], tint(wood, 0.6), 'opacity="0.6"'
    )
    drawing = (
        f'<g transform="translate(34 58)" opacity="0.34" filter="url(#soft)"><path d="{outline}" fill="#5d4a36"/></g>'
        f'<g transform="translate(0 26)"><path d="{outline}" fill="{shade(wood, 0.42)}"/></g>'
        + clipped(name, outline, [path(outline, wood), *grain, knot, light, hole])
    )
    return f'<g transform="translate({x} {y}) scale({scale})">{rough([drawing], 1)}</g>'


def loaf(x: float, y: float, scale: float = 1) -> str:
    """A round country loaf with a floured cross and one cut face."""
    dome = [(-210, 60), (-232, -20), (-180, -120), (-50, -170), (80, -160), (190, -92), (222, 10), (196, 64), (0, 84)]
    outline = d_of(spline(dome, closed=True, steps=8))
    flour = [
        line([(-120, -126), (-60, -60), (-40, 40)], "#f3e3c3", 22, 'opacity="0.85"'),
        line([(10, -160), (40, -80), (36, 50)], "#f3e3c3", 22, 'opacity="0.85"'),
        line([(120, -130), (140, -60), (128, 46)], "#f3e3c3", 20, 'opacity="0.75"'),
    ]
    cuts = [
        line([(-112, -122), (-52, -56), (-32, 44)], shade(CRUST, 0.4), 6),
        line([(18, -154), (48, -76), (44, 52)], shade(CRUST, 0.4), 6),
        line([(126, -126), (148, -56), (136, 48)], shade(CRUST, 0.4), 6),
    ]
    dark = blob([(60, -190), (170, -80), (170, 100), (260, 90), (260, -120)], shade(CRUST, 0.5), 'opacity="0.45"')
    glow = blob([(-190, -60), (-140, -130), (-60, -160), (-130, -80), (-170, 10)], tint(CRUST, 0.5), 'opacity="0.6"')
    drawing = ellipse(40, 70, 250, 42, "#4f3c2a", 'opacity="0.34" filter="url(#soft)"') + clipped(
        f"loaf{int(x)}", outline, [path(outline, CRUST), rough([dark, glow], 2), *flour, *cuts]
    )
    return f'<g transform="translate({x} {y}) scale({scale})">{rough([drawing], 1)}</g>'


def knife(x: float, y: float, turn: float = -8, wood: str = OAK_DARK, scale: float = 1) -> str:
    """A bread knife lying down: scalloped blade, riveted handle."""
    teeth = [(-430 + i * 17, 22 + (8 if i % 2 else 0)) for i in range(38)]
    blade = [(-452, 2), (-430, -14), (-300, -26), (210, -26), (216, 22), *reversed(teeth)]
    handle = [(206, -30), (300, -36), (410, -28), (452, -6), (440, 30), (400, 40), (300, 26), (210, 28)]
    drawing = (
        '<g transform="translate(10 20)" opacity="0.4" filter="url(#soft)">'
        + polygon(blade, "#4f3c2a")
        + blob(handle, "#4f3c2a")
        + "</g>"
        + polygon(blade, STEEL)
        + polygon([(-430, -12), (-300, -24), (210, -24), (210, -4), (-430, 2)], "#dfe3e1")
        + line([(-420, 6), (206, 2)], "#8d9595", 3)
        + blob(handle, wood)
        + line([(224, -22), (410, -20)], tint(wood, 0.4), 6, 'opacity="0.7"')
        + "".join(ellipse(hx, 0, 9, 9, "#d7b56a") + ellipse(hx - 2, -2, 3, 3, "#fff1c4") for hx in (250, 320, 390))
    )
    return f'<g transform="translate({x} {y}) rotate({turn}) scale({scale})">{rough([drawing], 1)}</g>'


def upright_spoon(x: float, foot: float, tall: float, kind: str, lean: float, wood: str) -> str:
    """One wooden spoon standing in a crock; kind is spoon, slotted or spatula."""
    head = {
        "spoon": [
            (0, -tall - 60),
            (44, -tall - 30),
            (50, -tall + 30),
            (22, -tall + 90),
            (-22, -tall + 90),
            (-50, -tall + 30),
            (-44, -tall - 30),
        ],
        "slotted": [
            (0, -tall - 60),
            (48, -tall - 40),
            (52, -tall + 40),
            (20, -tall + 92),
            (-20, -tall + 92),
            (-52, -tall + 40),
            (-48, -tall - 40),
        ],
        "spatula": [
            (-44, -tall - 66),
            (36, -tall - 82),
            (46, -tall + 60),
            (14, -tall + 110),
            (-14, -tall + 110),
            (-42, -tall + 60),
        ],
    }[kind]
    inner = [(hx * 0.72, -tall + 10 + (hy + tall - 10) * 0.72) for hx, hy in head]
    extra = blob(inner, shade(wood, 0.22)) if kind == "spoon" else ""
    if kind == "slotted":
        extra = "".join(line([(sx, -tall - 24), (sx, -tall + 40)], shade(wood, 0.5), 9) for sx in (-22, 0, 22))
    drawing = (
        line([(2, 0), (2, -tall + 70)], shade(wood, 0.4), 24)
        + line([(-2, 0), (-2, -tall + 70)], wood, 19)
        + blob(head, wood)
        + extra
    )
    drawing += line([(-7, -40), (-7, -tall + 110)], tint(wood, 0.5), 4, 'opacity="0.7"')
    return f'<g transform="translate({x} {foot}) rotate({lean})">{rough([drawing], 1)}</g>'
