"""Bowl, plate, egg cups, butter dish, toast rack, fruit bowl: the plates and bowls collection."""

from drawing.palette import CREAM, CRUMB, CRUST, LEMON, ORANGE, mix, shade, tint
from drawing.props import citrus, egg
from drawing.shapes import blob, ellipse, line, polygon, rough, scatter
from drawing.turned import Turned

FOOT_CLAY = "#cfae88"


def bowl(name: str, glaze: str, cx: float = 480, foot: float = 985, wide: float = 270, food: str = "porridge") -> str:
    tall = wide * 0.74
    body = Turned(
        f"{name}-bowl",
        cx,
        (
            (foot - tall, wide),
            (foot - tall * 0.66, wide * 0.95),
            (foot - tall * 0.32, wide * 0.74),
            (foot - tall * 0.1, wide * 0.48),
            (foot - tall * 0.08, wide * 0.42),
            (foot, wide * 0.4),
        ),
        0.2,
    )
    return rough([body.body(glaze, body.stripe(foot - tall * 0.09, foot + 8, FOOT_CLAY), 0.5, 80)], 1) + rough(
        [body.mouth(tint(glaze, 0.4), mix(glaze, CREAM, 0.6), 13, _filling(cx, foot - tall, wide) if food else "")], 1
    )


def _filling(cx: float, y: float, wide: float) -> str:
    oats = ellipse(cx, y + wide * 0.06, wide * 0.88, wide * 0.16, "#ead9b5")
    flakes = "".join(
        ellipse(x, fy, 8, 3.5, "#f6ead0", 'opacity="0.8"')
        for x, fy in scatter("oats", 50, cx, y + wide * 0.06, wide * 0.8, wide * 0.12)
    )
    berries = "".join(
        ellipse(x, by, 15, 12, "#5d4a6f") + ellipse(x - 4, by - 5, 5, 3, "#a99bbd", 'opacity="0.8"')
        for x, by in ((cx - 88, y - 2), (cx - 62, y + 16), (cx - 112, y + 14), (cx - 40, y), (cx - 78, y + 26))
    )
    honey = line(
        [(cx + 20, y + 10), (cx + 60, y - 6), (cx + 108, y + 12), (cx + 60, y + 22), (cx + 132, y + 26)], "#d28a24", 6
    )
    return oats + flakes + berries + honey


def plate(name: str, glaze: str, cx: float = 480, y: float = 960, wide: float = 330, toast: bool = True) -> str:
    """A plate lying on the table, with toast unless empty."""
    deep = wide * 0.36
    dark = shade(glaze, 0.3)
    parts = [
        ellipse(cx, y + 20, wide * 0.96, deep, shade(glaze, 0.42)),
        ellipse(cx, y + 9, wide, deep * 1.01, dark),
        ellipse(cx, y, wide, deep, glaze),
        ellipse(cx - 3, y - 2, wide * 0.985, deep * 0.97, tint(glaze, 0.35)),
        ellipse(cx, y + 2, wide * 0.955, deep * 0.94, glaze),
        ellipse(cx, y + 5, wide * 0.7, deep * 0.66, dark, 'opacity="0.55"'),
        ellipse(cx + 6, y + 9, wide * 0.69, deep * 0.63, tint(glaze, 0.14)),
    ]
    parts += [
        ellipse(px, py, 2.4, 1.6, shade(glaze, 0.5), 'opacity="0.55"')
        for px, py in scatter(name, 70, cx, y, wide * 0.95, deep * 0.92)
    ]
    return rough(parts, 1) + (_toast(cx, y - 20) if toast else "")


def slice_of_bread(x: float, y: float, scale: float = 1, turn: float = 0, spread: str = "") -> str:
    """A slice seen from above: crust, crumb, perhaps something spread."""
    loaf = [(-120, 20), (-128, -50), (-84, -84), (0, -78), (84, -84), (128, -50), (120, 20), (112, 70), (-112, 70)]
    crumb = [(px * 0.88, py * 0.86) for px, py in loaf]
    cover = [
        (-84, 8),
        (-92, -38),
        (-50, -62),
        (10, -50),
        (74, -58),
        (90, -30),
        (78, 20),
        (40, 48),
        (-20, 40),
        (-70, 50),
    ]
    holes = "".join(
        ellipse(px, py, 5, 3, shade(CRUMB, 0.22), 'opacity="0.7"') for px, py in scatter(f"{x}", 26, 0, -6, 96, 54)
    )
    parts = [
        blob([(px + 3, py + 16) for px, py in loaf], shade(CRUST, 0.35)),
        blob(loaf, CRUST),
        blob(crumb, CRUMB),
        holes,
    ]
    if spread:
        parts += [
            blob(cover, spread),
            blob([(px * 0.5 - 14, py * 0.4 - 14) for px, py in cover], tint(spread, 0.5), 'opacity="0.55"'),
        ]
    return f'<g transform="translate({x} {y}) rotate({turn}) scale({scale} {scale * 0.72:.3f})">{rough(parts, 1)}</g>'


def _toast(cx: float, y: float) -> str:
    return slice_of_bread(cx + 66, y + 10, 1.0, 14) + slice_of_bread(cx - 44, y - 12, 1.05, -12, ORANGE)


def egg_cup(name: str, glaze: str, cx: float, foot: float = 980, filled: bool = True) -> str:
    cup = Turned(
        f"{name}-cup",
        cx,
        (
            (foot - 196, 92),
            (foot - 150, 92),
            (foot - 96, 62),
            (foot - 66, 36),
            (foot - 40, 40),
            (foot - 12, 76),
            (foot, 80),
        ),
        0.18,
    )
    content = egg(cx, foot - 206, 76, "#e3b48c") if filled else ""
    mouth = cup.mouth(tint(glaze, 0.4), mix(glaze, CREAM, 0.5), 10)
    front = rough([cup.body(glaze, cup.stripe(foot - 176, foot - 160, tint(glaze, 0.7)), 0.55, 24)], 1)
    if not filled:
        return front + rough([mouth], 1)
    return rough([mouth], 1) + content + front


def butter_dish(glaze: str, cx: float = 480, y: float = 985) -> str:
    """A lidded dish, the lid set aside a little so that the butter shows."""
    tray = [
        (cx - 300, y - 60),
        (cx + 250, y - 60),
        (cx + 300, y - 12),
        (cx + 276, y + 22),
        (cx - 326, y + 22),
        (cx - 350, y - 10),
    ]
    top = [(cx - 292, y - 58), (cx + 244, y - 58), (cx + 288, y - 16), (cx - 338, y - 16)]
    well = [(cx - 262, y - 52), (cx + 214, y - 52), (cx + 246, y - 24), (cx - 300, y - 24)]
    front = [(cx - 196, y - 150), (cx + 120, y - 150), (cx + 132, y - 30), (cx - 212, y - 30)]
    roof = [(cx - 196, y - 150), (cx - 150, y - 186), (cx + 156, y - 186), (cx + 120, y - 150)]
    side = [(cx + 120, y - 150), (cx + 156, y - 186), (cx + 170, y - 62), (cx + 132, y - 30)]
    curl = [(cx - 196, y - 150), (cx - 150, y - 186), (cx - 110, y - 186), (cx - 150, y - 150)]
    return rough(
        [polygon(tray, shade(glaze, 0.28)), polygon(top, tint(glaze, 0.3)), polygon(well, shade(glaze, 0.16))], 1
    ) + rough(
        [
            polygon(front, "#f1cf6d"),
            polygon(roof, "#f9e6a2"),
            polygon(side, "#cf9f45"),
            polygon(curl, "#fff3c4", 'opacity="0.8"'),
            line([(cx - 60, y - 148), (cx - 66, y - 32)], "#d9b04f", 3),
            line([(cx + 40, y - 148), (cx + 44, y - 32)], "#d9b04f", 3),
        ],
        1,
    )


def cloche(name: str, glaze: str, cx: float, foot: float) -> str:
    """The butter dish's lid, standing beside it."""
    lid = Turned(
        f"{name}-cloche",
        cx,
        ((foot - 214, 60), (foot - 200, 116), (foot - 150, 150), (foot - 30, 166), (foot, 168)),
        0.16,
    )
    knob = Turned(f"{name}-knob", cx, ((foot - 268, 18), (foot - 254, 28), (foot - 236, 22), (foot - 214, 16)))
    return rough(
        [lid.body(glaze, lid.stripe(foot - 26, foot - 14, tint(glaze, 0.7)), 0.6, 60), knob.body(glaze, gloss=0.8)], 1
    )


def toast_rack(metal: str, cx: float = 480, y: float = 985) -> str:
    """Six arches on a base, three of them holding toast."""
    parts = [
        line([(cx - 330, y + 4), (cx + 330, y + 4)], shade(metal, 0.45), 18),
        line([(cx - 330, y), (cx + 330, y)], metal, 13),
    ]
    back, front = [], []
    for i in range(6):
        x = cx - 275 + i * 110
        arch = [
            (x - 36, y - 4),
            (x - 34, y - 150),
            (x - 8, y - 236),
            (x + 30, y - 252),
            (x + 62, y - 190),
            (x + 66, y - 50),
            (x + 64, y - 30),
        ]
        front.append(
            line([(px + 3, py + 3) for px, py in arch], shade(metal, 0.5), 12)
            + line(arch, metal, 9)
            + line(arch[1:4], tint(metal, 0.8), 3)
        )
    for i in (0, 1, 3, 4):
        x = cx - 210 + i * 110
        edge = [
            (x - 26, y - 18),
            (x - 30, y - 200),
            (x - 8, y - 282),
            (x + 44, y - 306),
            (x + 92, y - 268),
            (x + 98, y - 60),
            (x + 10, y - 14),
        ]
        back.append(
            rough(
                [
                    blob([(px + 14, py + 2) for px, py in edge], shade(CRUST, 0.3)),
                    blob(edge, CRUST),
                    blob([(cx2 * 1, py) for cx2, py in _inset(edge, 0.82)], CRUMB),
                ],
                1,
            )
        )
    mixed = "".join(b for b in back[:2]) + "".join(back[2:])
    ring = line(
        [(cx - 18, y - 250), (cx - 44, y - 310), (cx + 6, y - 344), (cx + 58, y - 312), (cx + 34, y - 252)], metal, 10
    )
    feet = "".join(ellipse(cx + dx, y + 16, 16, 13, shade(metal, 0.2)) for dx in (-316, 316))
    return rough([feet], 1) + mixed + rough([*parts, *front, ring], 1)


def _inset(knots: list[tuple[float, float]], share: float) -> list[tuple[float, float]]:
    mx = sum(x for x, _ in knots) / len(knots)
    my = sum(y for _, y in knots) / len(knots)
    return [(mx + (x - mx) * share, my + (y - my) * share) for x, y in knots]


def fruit_bowl(name: str, glaze: str, cx: float = 490, foot: float = 985) -> str:
    """The wide one-off bowl: ash glaze that runs, a kiln mark, three lemons and an orange."""
    body = Turned(
        f"{name}-fruit",
        cx,
        ((foot - 250, 350), (foot - 200, 318), (foot - 110, 232), (foot - 44, 140), (foot - 30, 118), (foot, 124)),
        0.14,
    )
    runs = "".join(
        blob(
            [
                (x - 60, foot - 270),
                (x + 60, foot - 270),
                (x + 44, foot - 196),
                (x + 16, foot - 150 + d),
                (x, foot - 132 + d),
                (x - 16, foot - 150 + d),
                (x - 44, foot - 196),
            ],
            "#7fa09a",
        )
        for x, d in (
            (cx - 292, -30),
            (cx - 216, 6),
            (cx - 132, -22),
            (cx - 40, 40),
            (cx + 46, -6),
            (cx + 128, 26),
            (cx + 214, -10),
            (cx + 290, -40),
        )
    )
    band = body.stripe(foot - 250, foot - 176, "#7fa09a")
    fruit = (
        citrus(cx - 150, foot - 300, 92, LEMON)
        + citrus(cx + 150, foot - 304, 96, ORANGE)
        + citrus(cx - 6, foot - 330, 98, LEMON)
    )
    return (
        rough([body.mouth(tint(glaze, 0.3), mix(glaze, "#7fa09a", 0.4), 12)], 1)
        + fruit
        + rough([body.body(glaze, band + runs + body.stripe(foot - 30, foot + 6, FOOT_CLAY), 0.4, 120)], 1)
    )
