"""Jars, bags, tins, a booklet and a parcel: the larder."""

from drawing.palette import INK, OAK, OAK_DARK, shade, tint
from drawing.shapes import blob, ellipse, line, moved, polygon, rough, scatter
from drawing.turned import Turned
from drawing.wren import wren


def words(x: float, y: float, text: str, size: float, ink: str = INK, extra: str = "") -> str:
    return (
        f'<text x="{x}" y="{y}" font-family="Young Serif" font-size="{size}" fill="{ink}" text-anchor="middle" {extra}>'
        f"{text}</text>"
    )


def label(cx: float, y: float, width: float, name: tuple[str, str], ink: str = INK, paper: str = "#faf2de") -> str:
    """What a label says: the wren, two lines, a rule. y is its middle."""
    size = min(width / 5.0, width * 1.62 / len(name[0]))
    return (
        wren(cx, y - width * 0.33, width / 300, ink, paper)
        + words(cx, y + width * 0.11, name[0], size, ink)
        + line([(cx - width * 0.2, y + width * 0.18), (cx + width * 0.2, y + width * 0.18)], ink, 2.5)
        + words(cx, y + width * 0.3, name[1], width / 9.5, ink, 'letter-spacing="1"')
    )


def jar(
    name: str,
    content: str,
    text: tuple[str, str],
    cx: float = 480,
    foot: float = 985,
    scale: float = 1,
    *,
    bits: str = "",
) -> str:
    """A preserving jar: glass, filling, label, screw cap."""
    cap, paper = "#d9b877", "#faf2de"
    body = Turned(
        f"{name}-jar",
        cx,
        (
            (foot - 380 * scale, 118 * scale),
            (foot - 350 * scale, 126 * scale),
            (foot - 310 * scale, 164 * scale),
            (foot - 160 * scale, 170 * scale),
            (foot - 16 * scale, 164 * scale),
            (foot, 152 * scale),
        ),
        0.13,
    )
    top = Turned(
        f"{name}-cap",
        cx,
        (
            (foot - 452 * scale, 130 * scale),
            (foot - 444 * scale, 136 * scale),
            (foot - 376 * scale, 136 * scale),
            (foot - 366 * scale, 132 * scale),
        ),
        0.15,
    )
    ridges = "".join(
        f'<polygon points="{top.band(f / 10, f / 10 + 0.03)}" fill="{shade(cap, 0.4)}" opacity="0.35"/>'
        for f in range(-9, 10, 2)
    )
    pieces = (
        "".join(
            line([(x - 16, y), (x, y - 7), (x + 18, y + 3)], bits, 7, 'opacity="0.75"')
            for x, y in scatter(name, 34, cx, foot - 170 * scale, 150 * scale, 160 * scale)
        )
        if bits
        else ""
    )
    glow = (
        f'<polygon points="{body.band(-0.45, 0.1)}" fill="{tint(content, 0.5)}" opacity="0.5" filter="url(#brush3)"/>'
    )
    air = body.stripe(foot - 400 * scale, foot - 330 * scale, "#f4ead2", 'opacity="0.75"')
    tag = body.patch(
        -0.7, 0.7, foot - 288 * scale, foot - 78 * scale, shade(paper, 0.2), 'opacity="0.5" transform="translate(4 5)"'
    )
    tag += body.patch(-0.7, 0.7, foot - 288 * scale, foot - 78 * scale, paper)
    return (
        rough([body.body(content, glow + pieces + air, 0.55)], 1)
        + rough([tag], 1)
        + label(cx, foot - 152 * scale, 210 * scale, text, paper=paper)
        + rough([f'<polygon points="{body.band(-0.82, -0.74, foot - 300 * scale)}" fill="#fffaf0" opacity="0.75"/>'], 3)
        + rough(
            [top.body(cap, ridges, 0.6), ellipse(cx, foot - 452 * scale, 128 * scale, 17 * scale, tint(cap, 0.35))], 1
        )
    )


def dipper(x: float, y: float, turn: float) -> str:
    """A honey dipper lying down."""
    head = "".join(ellipse(-120 + i * 17, 0, 7, 34 - abs(i - 3) * 4, OAK if i % 2 else OAK_DARK) for i in range(7))
    drawing = (
        line([(-30, 4), (190, 4)], OAK_DARK, 13)
        + line([(-30, 0), (190, 0)], OAK, 11)
        + head
        + line([(-30, -3), (170, -3)], tint(OAK, 0.5), 3)
    )
    return (
        f'<g transform="translate({x} {y}) rotate({turn})"><g filter="url(#soft)" opacity="0.35">'
        f"{ellipse(20, 30, 170, 14, '#4f3c2a')}</g>{rough([drawing], 1)}</g>"
    )


def bag(
    name: str,
    paper: str,
    text: tuple[str, str],
    cx: float = 480,
    foot: float = 985,
    scale: float = 1,
    *,
    tie: str = OAK,
    window: str = "",
) -> str:
    """A stand-up paper bag with folded top and tin tie; window shows what is inside."""
    s = scale
    front = [
        (cx - 190 * s, foot - 500 * s),
        (cx + 190 * s, foot - 500 * s),
        (cx + 204 * s, foot - 250 * s),
        (cx + 198 * s, foot - 8 * s),
        (cx - 198 * s, foot - 8 * s),
        (cx - 206 * s, foot - 250 * s),
    ]
    side = [
        (cx + 190 * s, foot - 500 * s),
        (cx + 232 * s, foot - 524 * s),
        (cx + 256 * s, foot - 260 * s),
        (cx + 246 * s, foot - 52 * s),
        (cx + 198 * s, foot - 8 * s),
        (cx + 204 * s, foot - 250 * s),
    ]
    fold = [
        (cx - 194 * s, foot - 610 * s),
        (cx + 198 * s, foot - 618 * s),
        (cx + 200 * s, foot - 500 * s),
        (cx - 192 * s, foot - 496 * s),
    ]
    crease = [
        line(
            [(cx + 222 * s, foot - 500 * s), (cx + 226 * s, foot - 260 * s), (cx + 210 * s, foot - 60 * s)],
            shade(paper, 0.5),
            4,
            'opacity="0.6"',
        ),
        line(
            [(cx - 150 * s, foot - 480 * s), (cx - 166 * s, foot - 300 * s), (cx - 150 * s, foot - 60 * s)],
            tint(paper, 0.6),
            10,
            'opacity="0.5"',
        ),
        line([(cx + 120 * s, foot - 480 * s), (cx + 140 * s, foot - 400 * s)], shade(paper, 0.4), 4, 'opacity="0.5"'),
        line([(cx - 180 * s, foot - 40 * s), (cx - 120 * s, foot - 80 * s)], shade(paper, 0.4), 4, 'opacity="0.5"'),
    ]
    dark = polygon(
        [(cx + 60 * s, foot - 510 * s), (cx + 200 * s, foot - 510 * s), (cx + 210 * s, foot), (cx + 110 * s, foot)],
        shade(paper, 0.5),
        'opacity="0.2" filter="url(#brush3)"',
    )
    tag_paper = "#faf2de" if paper != "#faf2de" else "#ead9b4"
    tag = polygon(
        [
            (cx - 130 * s, foot - 430 * s),
            (cx + 130 * s, foot - 430 * s),
            (cx + 132 * s, foot - 216 * s),
            (cx - 132 * s, foot - 216 * s),
        ],
        tag_paper,
    )
    pane = ""
    if window:
        pane = ellipse(cx, foot - 116 * s, 112 * s, 66 * s, shade(paper, 0.4)) + ellipse(
            cx, foot - 116 * s, 104 * s, 59 * s, window
        )
        pane += "".join(
            ellipse(x, y, 11 * s, 7 * s, (tint(window, 0.4), shade(window, 0.3), "#7a4b33")[i % 3])
            for i, (x, y) in enumerate(scatter(name, 60, cx, foot - 116 * s, 96 * s, 50 * s))
        )
    return (
        rough(
            [
                polygon(side, shade(paper, 0.34)),
                polygon(front, paper),
                dark,
                *crease,
                polygon(fold, tint(paper, 0.14)),
                line([(cx - 192 * s, foot - 498 * s), (cx + 198 * s, foot - 502 * s)], shade(paper, 0.45), 5),
                line([(cx - 214 * s, foot - 560 * s), (cx + 220 * s, foot - 566 * s)], shade(tie, 0.35), 20 * s),
                line([(cx - 214 * s, foot - 564 * s), (cx + 220 * s, foot - 570 * s)], tie, 13 * s),
            ],
            1,
        )
        + rough([tag, pane], 1)
        + label(cx, foot - 296 * s, 232 * s, text, paper=tag_paper)
    )


def tin(name: str, paint: str, text: tuple[str, str], cx: float = 480, foot: float = 985) -> str:
    """A tall tea caddy with a slip lid."""
    body = Turned(f"{name}-tin", cx, ((foot - 400, 150), (foot - 390, 152), (foot, 152)), 0.15)
    lid = Turned(f"{name}-lid", cx, ((foot - 490, 148), (foot - 482, 157), (foot - 372, 157)), 0.15)
    bands = body.stripe(foot - 26, foot - 14, "#e9cf8f") + body.stripe(foot - 360, foot - 352, "#e9cf8f")
    tag = body.patch(-0.66, 0.66, foot - 310, foot - 84, "#faf2de")
    return (
        rough([body.body(paint, bands, 0.45)], 1)
        + rough([tag], 1)
        + label(cx, foot - 158, 190, text)
        + rough(
            [
                lid.body(paint, lid.stripe(foot - 388, foot - 380, "#e9cf8f"), 0.45),
                ellipse(cx, foot - 490, 147, 22, tint(paint, 0.28)),
                ellipse(cx, foot - 490, 122, 17, tint(paint, 0.16)),
            ],
            1,
        )
    )


def booklet(cx: float = 480, foot: float = 1000) -> str:
    """Sunday Bread, as pages on a tablet leaning against a loaf would be: a drawn cover, standing."""
    cover = [(cx - 236, foot - 620), (cx + 222, foot - 640), (cx + 244, foot - 14), (cx - 224, foot)]
    spine = [(cx - 236, foot - 620), (cx - 206, foot - 622), (cx - 194, foot - 2), (cx - 224, foot)]
    pages = [(cx + 222, foot - 640), (cx + 240, foot - 628), (cx + 262, foot - 22), (cx + 244, foot - 14)]
    bread = moved(
        blob([(-130, 30), (-140, -20), (-90, -74), (0, -92), (90, -74), (140, -20), (130, 30), (0, 46)], "#e7b26a")
        + "".join(line([(x, -78 + abs(x) * 0.2), (x + 22, -20), (x + 14, 28)], "#b9783c", 9) for x in (-76, -16, 46)),
        cx + 8,
        foot - 262,
    )
    return (
        rough([polygon(pages, "#e8dcc0"), polygon(cover, "#b5543c"), polygon(spine, shade("#b5543c", 0.3)), bread], 1)
        + f'<g transform="rotate(-1.6 {cx} {foot - 400})">'
        + words(cx + 8, foot - 478, "Sunday", 92, "#fbeccb")
        + words(cx + 8, foot - 392, "Bread", 92, "#fbeccb")
        + words(cx + 8, foot - 124, "nine loaves, one oven", 30, "#fbeccb")
        + wren(cx + 8, foot - 74, 0.5, "#fbeccb", "#b5543c")
        + "</g>"
    )


def parcel(cx: float = 480, foot: float = 1000) -> str:
    """An open box with three jars standing in straw."""
    card = "#c89a62"
    front = [(cx - 330, foot - 230), (cx + 330, foot - 230), (cx + 318, foot), (cx - 318, foot)]
    inside = [(cx - 330, foot - 230), (cx - 270, foot - 330), (cx + 270, foot - 330), (cx + 330, foot - 230)]
    left = [(cx - 330, foot - 230), (cx - 440, foot - 190), (cx - 400, foot - 300), (cx - 270, foot - 330)]
    right = [(cx + 330, foot - 230), (cx + 446, foot - 200), (cx + 400, foot - 306), (cx + 270, foot - 330)]
    straw = "".join(
        line([(x - 34, y + 8), (x, y - 14), (x + 30, y + 4)], ("#e7cf94", "#d3b56e", "#f3e2b6")[i % 3], 6)
        for i, (x, y) in enumerate(scatter("straw", 90, cx, foot - 244, 310, 30))
    )
    jars = (
        jar("p1", "#d2761f", ("January", "thin cut"), cx - 194, foot - 250, 0.72, bits="#f0b24c")
        + jar("p3", "#6d3a52", ("September", "damson"), cx + 194, foot - 250, 0.72, bits="#9a5a72")
        + jar("p2", "#e2a52c", ("May", "lemon"), cx, foot - 226, 0.72, bits="#f7dd83")
    )
    return (
        rough(
            [polygon(inside, shade(card, 0.5)), polygon(left, shade(card, 0.12)), polygon(right, shade(card, 0.3))], 1
        )
        + jars
        + rough([straw], 1)
        + rough(
            [
                polygon(front, card),
                polygon(
                    [(cx + 120, foot - 230), (cx + 330, foot - 230), (cx + 318, foot), (cx + 170, foot)],
                    shade(card, 0.4),
                    'opacity="0.25"',
                ),
                line([(cx - 326, foot - 226), (cx + 326, foot - 226)], tint(card, 0.5), 6),
            ],
            1,
        )
        + wren(cx, foot - 140, 0.9, INK, card)
        + words(cx, foot - 36, "The Marmalade Post", 46)
    )
