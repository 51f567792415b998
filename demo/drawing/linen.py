"""Cloth: tea towel on a peg, napkins, apron."""

from drawing.palette import BRASS, OAK, OAK_DARK, shade, tint
from drawing.shapes import blob, clipped, d_of, ellipse, line, path, polygon, rough, spline


def peg(x: float, y: float) -> str:
    return rough(
        [
            ellipse(x + 8, y + 12, 20, 20, "#4a3d2c", 'opacity="0.35"'),
            ellipse(x, y, 20, 20, OAK_DARK),
            ellipse(x - 3, y - 4, 15, 14, OAK),
            ellipse(x - 7, y - 8, 5, 4, tint(OAK, 0.7)),
        ],
        1,
    )


def rail(y: float) -> str:
    """A peg rail along the wall."""
    return rough(
        [
            f'<rect x="-20" y="{y + 16}" width="1040" height="46" fill="#4a3d2c" opacity="0.18"/>',
            f'<rect x="-20" y="{y}" width="1040" height="46" fill="{OAK}"/>',
            f'<rect x="-20" y="{y}" width="1040" height="9" fill="{tint(OAK, 0.5)}"/>',
            f'<rect x="-20" y="{y + 38}" width="1040" height="8" fill="{OAK_DARK}" opacity="0.6"/>',
        ],
        1,
    )


def tea_towel(name: str, cloth: str, stripe: str, x: float = 480, y: float = 190) -> str:
    """Hung from a loop, falling in three folds, striped along its length."""
    hang = [
        (x - 6, y),
        (x - 70, y + 70),
        (x - 168, y + 190),
        (x - 190, y + 420),
        (x - 204, y + 700),
        (x - 100, y + 716),
        (x - 40, y + 690),
        (x + 60, y + 724),
        (x + 150, y + 694),
        (x + 214, y + 706),
        (x + 196, y + 420),
        (x + 170, y + 190),
        (x + 74, y + 66),
        (x + 6, y),
    ]
    outline = d_of(spline(hang, closed=True, steps=8))
    stripes = []
    for offset in (-150, -118, -96, 96, 118, 150):
        width = 20 if abs(offset) == 118 else 9
        stripes.append(
            line(
                [
                    (x + offset * 0.06, y + 10),
                    (x + offset * 0.6, y + 110),
                    (x + offset * 0.98, y + 260),
                    (x + offset * 1.12, y + 480),
                    (x + offset * 1.2, y + 730),
                ],
                stripe,
                width,
            )
        )
    hem = "".join(
        line([(x - 230, y + top), (x - 60, y + top - 8), (x + 70, y + top + 14), (x + 240, y + top - 4)], stripe, 12)
        for top in (596, 626)
    )
    folds = [
        blob(
            [
                (x, y + 40),
                (x + 44, y + 200),
                (x + 60, y + 460),
                (x + 76, y + 760),
                (x + 10, y + 760),
                (x + 20, y + 400),
            ],
            shade(cloth, 0.5),
            'opacity="0.22"',
        ),
        blob(
            [
                (x - 30, y + 60),
                (x - 96, y + 220),
                (x - 104, y + 480),
                (x - 96, y + 760),
                (x - 146, y + 760),
                (x - 140, y + 380),
            ],
            shade(cloth, 0.5),
            'opacity="0.20"',
        ),
        blob(
            [(x + 60, y + 60), (x + 180, y + 220), (x + 220, y + 760), (x + 150, y + 760), (x + 156, y + 400)],
            shade(cloth, 0.5),
            'opacity="0.30"',
        ),
    ]
    light = blob(
        [(x - 20, y + 80), (x - 60, y + 240), (x - 58, y + 560), (x - 34, y + 700), (x - 20, y + 400)],
        tint(cloth, 0.9),
        'opacity="0.55"',
    )
    fall = (
        f'<g transform="translate(46 34)" opacity="0.26" filter="url(#soft)"><path d="{outline}" fill="#3f3626"/></g>'
    )
    loop = line([(x - 14, y + 22), (x - 6, y - 34), (x + 10, y - 34), (x + 16, y + 22)], shade(cloth, 0.3), 8)
    return (
        fall
        + loop
        + rough([clipped(name, outline, [path(outline, cloth), *stripes, hem, rough([*folds, light], 2)])], 1)
    )


def napkins(colours: list[str], cx: float = 470, y: float = 1000) -> str:
    """A stack of folded squares, top one tied with a ribbon of string."""
    parts = []
    for i, colour in enumerate(colours):
        top = y - i * 44
        jog = (-10, 8, -4, 12, 0)[i % 5]
        left, right = cx - 290 + jog, cx + 270 + jog
        parts.append(
            rough(
                [
                    polygon(
                        [(left, top - 6), (right, top - 6), (right + 4, top + 34), (left - 4, top + 34)],
                        shade(colour, 0.26),
                    ),
                    line([(left - 2, top + 12), (cx, top + 16), (right + 2, top + 11)], tint(colour, 0.35), 7),
                    line([(left - 2, top + 28), (cx, top + 30), (right + 2, top + 27)], shade(colour, 0.45), 3),
                ],
                1,
            )
        )
    top, colour = y - len(colours) * 44 + 38, colours[-1]
    face = [(cx - 290, top), (cx - 220, top - 150), (cx + 238, top - 150), (cx + 272, top)]
    fold = [(cx - 290, top), (cx - 220, top - 150), (cx - 40, top - 150), (cx - 92, top)]
    fringe = "".join(
        line([(cx - 286 + i * 12, top), (cx - 287 + i * 12, top + 16)], tint(colour, 0.3), 3) for i in range(47)
    )
    parts.append(
        rough(
            [
                polygon(face, tint(colour, 0.18)),
                polygon(fold, tint(colour, 0.4), 'opacity="0.7"'),
                line([(cx - 250, top - 40), (cx + 262, top - 40)], shade(colour, 0.3), 5, 'opacity="0.6"'),
                line([(cx - 256, top - 26), (cx + 265, top - 26)], shade(colour, 0.3), 3, 'opacity="0.6"'),
                fringe,
            ],
            1,
        )
    )
    return "".join(parts)


def apron(name: str, cloth: str, x: float = 490, y: float = 170) -> str:
    """On its peg: bib, waist, pocket, brass rings."""
    shape = [
        (x - 96, y + 150),
        (x, y + 142),
        (x + 96, y + 150),
        (x + 112, y + 260),
        (x + 178, y + 366),
        (x + 232, y + 400),
        (x + 238, y + 640),
        (x + 250, y + 812),
        (x + 100, y + 830),
        (x, y + 818),
        (x - 110, y + 832),
        (x - 246, y + 808),
        (x - 236, y + 640),
        (x - 230, y + 400),
        (x - 176, y + 366),
        (x - 112, y + 260),
    ]
    outline = d_of(spline(shape, closed=True, steps=6))
    dark, light = shade(cloth, 0.5), tint(cloth, 0.45)
    straps = [
        line(
            [(x - 84, y + 156), (x - 60, y + 60), (x, y - 6), (x + 60, y + 60), (x + 84, y + 156)],
            shade(cloth, 0.18),
            17,
        )
    ]
    ties = [
        line([(x + 226, y + 408), (x + 300, y + 470), (x + 276, y + 600), (x + 312, y + 690)], shade(cloth, 0.2), 14),
        line([(x - 226, y + 408), (x - 290, y + 480), (x - 262, y + 610), (x - 290, y + 660)], shade(cloth, 0.2), 14),
    ]
    pocket = [
        (x - 134, y + 500),
        (x + 134, y + 496),
        (x + 130, y + 664),
        (x + 110, y + 684),
        (x - 110, y + 686),
        (x - 132, y + 664),
    ]
    folds = [
        blob(
            [(x + 60, y + 380), (x + 150, y + 600), (x + 170, y + 860), (x + 80, y + 860), (x + 104, y + 640)],
            dark,
            'opacity="0.28"',
        ),
        blob(
            [(x + 180, y + 380), (x + 260, y + 500), (x + 260, y + 840), (x + 206, y + 840), (x + 208, y + 560)],
            dark,
            'opacity="0.36"',
        ),
        blob(
            [(x - 150, y + 400), (x - 190, y + 640), (x - 190, y + 860), (x - 150, y + 860), (x - 158, y + 640)],
            dark,
            'opacity="0.25"',
        ),
        blob([(x - 80, y + 170), (x - 96, y + 300), (x - 60, y + 400), (x - 60, y + 240)], light, 'opacity="0.35"'),
    ]
    seam = [
        line([(x - 88, y + 170), (x, y + 163), (x + 88, y + 170)], light, 3, 'stroke-dasharray="9 9"'),
        polygon(pocket, shade(cloth, 0.10)),
        line([*pocket, pocket[0]], shade(cloth, 0.4), 3),
        line([(x - 130, y + 522), (x + 130, y + 518)], light, 3, 'stroke-dasharray="9 9"'),
        line([(x + 20, y + 512), (x + 22, y + 682)], shade(cloth, 0.4), 3),
    ]
    rings = [
        ellipse(x + dx, y + 156, 13, 13, BRASS) + ellipse(x + dx, y + 156, 6, 6, shade(cloth, 0.4)) for dx in (-84, 84)
    ]
    fall = (
        f'<g transform="translate(44 30)" opacity="0.28" filter="url(#soft)"><path d="{outline}" fill="#3f3626"/></g>'
    )
    return (
        fall
        + rough([*straps, *ties], 1)
        + rough([clipped(name, outline, [path(outline, cloth), rough(folds, 2), *seam])], 1)
        + rough(rings, 1)
    )
