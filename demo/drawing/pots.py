"""Teapot, jug, kettle, pour-over cone, mug: what stands in the tea and coffee collection."""

from drawing.palette import CREAM, OAK, OAK_DARK, TEA, WHITE, mix, shade, tint
from drawing.shapes import blob, ellipse, line, rough
from drawing.turned import Turned


def teapot(name: str, glaze: str, cx: float = 480, foot: float = 985) -> str:
    body = Turned(
        f"{name}-pot",
        cx,
        (
            (foot - 352, 92),
            (foot - 340, 112),
            (foot - 290, 190),
            (foot - 190, 236),
            (foot - 80, 212),
            (foot - 14, 140),
            (foot, 128),
        ),
    )
    lid = Turned(f"{name}-lid", cx, ((foot - 396, 20), (foot - 388, 62), (foot - 368, 94), (foot - 352, 104)))
    knob = Turned(
        f"{name}-knob", cx, ((foot - 452, 16), (foot - 440, 26), (foot - 424, 22), (foot - 404, 12), (foot - 394, 16))
    )
    dark, light = shade(glaze, 0.32), tint(glaze, 0.5)
    spout = [
        (cx - 176, foot - 232),
        (cx - 258, foot - 262),
        (cx - 300, foot - 348),
        (cx - 352, foot - 372),
        (cx - 366, foot - 352),
        (cx - 330, foot - 314),
        (cx - 300, foot - 200),
        (cx - 214, foot - 116),
        (cx - 150, foot - 110),
    ]
    handle = [
        (cx + 150, foot - 306),
        (cx + 236, foot - 372),
        (cx + 352, foot - 330),
        (cx + 366, foot - 220),
        (cx + 300, foot - 130),
        (cx + 196, foot - 108),
    ]
    return (
        rough(
            [
                line(handle, shade(glaze, 0.28), 34),
                line(handle, glaze, 22),
                line(handle[:4], light, 5, 'opacity="0.6"'),
            ],
            1,
        )
        + rough(
            [
                blob(spout, glaze),
                blob(spout[4:], dark, 'opacity="0.45"'),
                ellipse(
                    cx - 360, foot - 363, 17, 9, shade(glaze, 0.5), f'transform="rotate(42 {cx - 360} {foot - 363})"'
                ),
            ],
            1,
        )
        + rough([body.body(glaze, _unglazed(body, foot), 0.55, 90)], 1)
        + rough([ellipse(cx, foot - 346, 106, 19, dark)], 1)
        + rough([lid.body(glaze, speckles=20), knob.body(mix(glaze, CREAM, 0.1), gloss=0.7)], 1)
    )


def _unglazed(body: Turned, foot: float) -> str:
    return body.stripe(foot - 34, foot + 4, "#cfae88")


def mug(name: str, glaze: str, cx: float = 470, foot: float = 975, scale: float = 1, fill: str = TEA) -> str:
    tall, wide = 300 * scale, 140 * scale
    body = Turned(
        f"{name}-mug",
        cx,
        (
            (foot - tall, wide),
            (foot - tall * 0.6, wide * 1.04),
            (foot - tall * 0.2, wide * 1.0),
            (foot - tall * 0.04, wide * 0.84),
            (foot, wide * 0.76),
        ),
    )
    handle = [
        (cx + wide * 0.94, foot - tall * 0.8),
        (cx + wide * 1.5, foot - tall * 0.84),
        (cx + wide * 1.72, foot - tall * 0.55),
        (cx + wide * 1.4, foot - tall * 0.26),
        (cx + wide * 0.94, foot - tall * 0.22),
    ]
    surface = ellipse(cx, foot - tall + 22 * scale, wide * 0.9, wide * 0.13, fill) + ellipse(
        cx - wide * 0.3, foot - tall + 20 * scale, wide * 0.26, wide * 0.03, tint(fill, 0.5), 'opacity="0.7"'
    )
    return (
        rough(
            [
                line(handle, shade(glaze, 0.3), 34 * scale),
                line(handle, glaze, 23 * scale),
                line(handle[:3], tint(glaze, 0.6), 5 * scale, 'opacity="0.7"'),
            ],
            1,
        )
        + rough([body.body(glaze, body.stripe(foot - tall * 0.12, foot + 6, "#cfae88"), 0.5, 60)], 1)
        + rough([body.mouth(tint(glaze, 0.35), mix(glaze, CREAM, 0.7), 11 * scale, surface)], 1)
    )


def jug(name: str, glaze: str, cx: float = 480, foot: float = 985, scale: float = 1) -> str:
    s = scale
    body = Turned(
        f"{name}-jug",
        cx,
        (
            (foot - 400 * s, 112 * s),
            (foot - 340 * s, 100 * s),
            (foot - 280 * s, 116 * s),
            (foot - 160 * s, 172 * s),
            (foot - 60 * s, 160 * s),
            (foot - 8 * s, 116 * s),
            (foot, 108 * s),
        ),
    )
    handle = [
        (cx + 92 * s, foot - 366 * s),
        (cx + 208 * s, foot - 392 * s),
        (cx + 262 * s, foot - 280 * s),
        (cx + 160 * s, foot - 150 * s),
    ]
    lip = [
        (cx - 70 * s, foot - 414 * s),
        (cx - 176 * s, foot - 428 * s),
        (cx - 168 * s, foot - 404 * s),
        (cx - 104 * s, foot - 348 * s),
        (cx - 60 * s, foot - 372 * s),
    ]
    milk = ellipse(cx - 4 * s, foot - 388 * s, 98 * s, 14 * s, WHITE)
    return (
        rough(
            [
                line(handle, shade(glaze, 0.3), 32 * s),
                line(handle, glaze, 22 * s),
                line(handle[:3], tint(glaze, 0.6), 5 * s),
            ],
            1,
        )
        + rough([body.body(glaze, body.stripe(foot - 30 * s, foot + 4, "#cfae88"), 0.55, 60)], 1)
        + rough(
            [
                blob(lip, glaze),
                line([(cx - 168 * s, foot - 424 * s), (cx - 120 * s, foot - 362 * s)], tint(glaze, 0.6), 5 * s),
            ],
            1,
        )
        + rough([body.mouth(tint(glaze, 0.35), mix(glaze, CREAM, 0.75), 10 * s, milk)], 1)
    )


def kettle(name: str, enamel: str, cx: float = 500, foot: float = 985) -> str:
    """A tall enamel coffee pot with a dark rim and a hinged lid."""
    rim = "#2b3440" if enamel != "#26364a" else "#c8c4b4"
    body = Turned(
        f"{name}-can",
        cx,
        ((foot - 440, 92), (foot - 420, 98), (foot - 250, 138), (foot - 60, 176), (foot - 10, 182), (foot, 178)),
    )
    lid = Turned(f"{name}-lid", cx, ((foot - 506, 14), (foot - 496, 48), (foot - 470, 82), (foot - 444, 96)))
    knob = Turned(f"{name}-knob", cx, ((foot - 548, 16), (foot - 536, 24), (foot - 520, 16), (foot - 504, 10)))
    spout = [
        (cx - 118, foot - 250),
        (cx - 186, foot - 330),
        (cx - 214, foot - 428),
        (cx - 258, foot - 462),
        (cx - 262, foot - 438),
        (cx - 232, foot - 380),
        (cx - 226, foot - 250),
        (cx - 156, foot - 130),
    ]
    handle = [
        (cx + 96, foot - 404),
        (cx + 214, foot - 426),
        (cx + 262, foot - 330),
        (cx + 240, foot - 170),
        (cx + 158, foot - 110),
    ]
    return (
        rough(
            [line(handle, shade(enamel, 0.4), 26), line(handle, enamel, 17), line(handle[:3], tint(enamel, 0.7), 4)], 1
        )
        + rough(
            [
                blob(spout, shade(enamel, 0.12)),
                line(spout[:4], tint(enamel, 0.4), 6, 'opacity="0.7"'),
                line([(cx - 266, foot - 462), (cx - 246, foot - 444)], rim, 10),
            ],
            1,
        )
        + rough(
            [body.body(enamel, body.stripe(foot - 12, foot + 8, rim) + body.stripe(foot - 440, foot - 428, rim), 0.8)],
            1,
        )
        + rough([lid.body(enamel, lid.stripe(foot - 452, foot - 440, rim), 0.8), knob.body("#2b2622", gloss=0.6)], 1)
    )


def cone(name: str, glaze: str, cx: float = 480, foot: float = 1000) -> str:
    """A pour-over cone standing on its glass-like jug, paper filter and all."""
    server = Turned(
        f"{name}-server",
        cx,
        ((foot - 330, 78), (foot - 290, 84), (foot - 200, 150), (foot - 90, 178), (foot - 16, 158), (foot, 150)),
    )
    dripper = Turned(f"{name}-cone", cx, ((foot - 600, 196), (foot - 560, 184), (foot - 400, 92), (foot - 372, 82)))
    plate = Turned(f"{name}-plate", cx, ((foot - 372, 122), (foot - 352, 126), (foot - 346, 118)), 0.2)
    handle = [
        (cx + 164, foot - 536),
        (cx + 262, foot - 552),
        (cx + 286, foot - 470),
        (cx + 220, foot - 420),
        (cx + 124, foot - 430),
    ]
    grip = [(cx + 80, foot - 300), (cx + 206, foot - 306), (cx + 252, foot - 210), (cx + 178, foot - 96)]
    ribs = "".join(
        f'<polygon points="{dripper.band(f, f + 0.07)}" fill="{shade(glaze, 0.3)}" opacity="0.35"/>'
        for f in (-0.8, -0.5, -0.2, 0.1, 0.4, 0.68)
    )
    brew = ellipse(cx, foot - 596, 150, 22, "#5b3524") + ellipse(cx - 40, foot - 598, 50, 7, "#a6774f", 'opacity="0.8"')
    return (
        rough([line(grip, shade(glaze, 0.3), 30), line(grip, glaze, 20)], 1)
        + rough([server.body(glaze, server.stripe(foot - 30, foot + 4, "#cfae88"), 0.55, 50)], 1)
        + rough(
            [line(handle, shade(glaze, 0.3), 28), line(handle, glaze, 19), line(handle[:3], tint(glaze, 0.6), 4)], 1
        )
        + rough([plate.body(glaze)], 1)
        + rough([dripper.body(glaze, ribs, 0.4, 30)], 1)
        + rough([dripper.mouth(WHITE, "#e9dcc0", 9, brew)], 1)
        + rough([line([(cx - 196, foot - 600), (cx - 120, foot - 636), (cx + 40, foot - 630)], WHITE, 6)], 2)
    )


def spoon(x: float, y: float, turn: float = 0, wood: str = OAK) -> str:
    """A wooden spoon lying on the table."""
    bowl = [(-150, 0), (-128, -28), (-78, -30), (-46, -10), (-46, 10), (-78, 30), (-128, 28)]
    drawing = (
        line([(-54, 4), (170, 4)], OAK_DARK, 17, 'opacity="0.5"')
        + line([(-54, 0), (170, 0)], wood, 15)
        + blob(bowl, wood)
        + blob([(x * 0.72 - 26, y * 0.62 + 3) for x, y in bowl], shade(wood, 0.28))
        + line([(-50, -4), (150, -4)], tint(wood, 0.5), 4, 'opacity="0.7"')
    )
    return f'<g transform="translate({x} {y}) rotate({turn})">{rough([drawing], 1)}</g>'
