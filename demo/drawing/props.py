"""Small company for the still lifes: leaves, fruit, eggs, crumbs, steam."""

import math

from drawing.palette import CRUST, LEAF, LEMON, ORANGE, WHITE, shade, tint
from drawing.shapes import Point, blob, ellipse, line, moved, rough, scatter


def sprig(x: float, y: float, turn: float = 0, scale: float = 1, leaf: str = LEAF) -> str:
    """A twig of olive-like leaves."""
    parts = [line([(0, 0), (60, -14), (130, -10), (200, -34)], shade(leaf, 0.35), 5)]
    for i, (lx, ly) in enumerate([(34, -8), (70, -14), (106, -12), (140, -14), (172, -24), (200, -34)]):
        for side in (-1, 1):
            length = 62 - i * 4
            angle = math.radians(-14 + side * 46)
            dx, dy = math.cos(angle) * length, math.sin(angle) * length
            nx, ny = -math.sin(angle) * 10, math.cos(angle) * 10
            paint = leaf if side < 0 else shade(leaf, 0.22)
            parts.append(
                blob(
                    [
                        (lx, ly),
                        (lx + dx * 0.5 + nx, ly + dy * 0.5 + ny),
                        (lx + dx, ly + dy),
                        (lx + dx * 0.5 - nx, ly + dy * 0.5 - ny),
                    ],
                    paint,
                )
            )
            parts.append(line([(lx + dx * 0.1, ly + dy * 0.1), (lx + dx * 0.8, ly + dy * 0.8)], tint(paint, 0.35), 2))
    return moved(rough(parts, 1), x, y, scale, turn)


def citrus(x: float, y: float, r: float, peel: str = LEMON) -> str:
    """A whole fruit: lemon or orange."""
    stretch = 1.22 if peel == LEMON else 1.02
    knots: list[Point] = [
        (-r * stretch, 0),
        (-r * 0.7, -r * 0.72),
        (0, -r * 0.96),
        (r * 0.74, -r * 0.7),
        (r * stretch, 0),
        (r * 0.74, r * 0.72),
        (0, r * 0.96),
        (-r * 0.7, r * 0.72),
    ]
    dark = [(0, r * 0.96), (r * 0.5, r * 0.3), (r * 0.7, -r * 0.6), (r * stretch, 0), (r * 0.74, r * 0.72)]
    pores = "".join(
        ellipse(px, py, 2.2, 1.8, shade(peel, 0.3), 'opacity="0.45"')
        for px, py in scatter(f"{x}{y}", 36, 0, 0, r, r * 0.8)
    )
    return moved(
        ellipse(r * 0.5, r * 0.86, r * 1.3, r * 0.24, "#6b5244", 'opacity="0.30" filter="url(#soft)"')
        + rough(
            [
                blob(knots, peel),
                pores,
                blob(dark, shade(peel, 0.4), 'opacity="0.45"'),
                ellipse(-r * 0.42, -r * 0.4, r * 0.3, r * 0.17, tint(peel, 0.8), 'opacity="0.8"'),
            ],
            1,
        ),
        x,
        y,
    )


def half_orange(x: float, y: float, r: float, peel: str = ORANGE) -> str:
    """A cut half, face to us."""
    flesh = tint(peel, 0.12)
    parts = [
        ellipse(0, 0, r, r * 0.94, peel),
        ellipse(-2, -2, r * 0.9, r * 0.85, "#fbe6c0"),
        ellipse(-2, -2, r * 0.83, r * 0.78, flesh),
    ]
    for i in range(10):
        angle = math.tau * i / 10
        parts.append(
            line([(-2, -2), (-2 + math.cos(angle) * r * 0.83, -2 + math.sin(angle) * r * 0.78)], "#fbe6c0", r * 0.045)
        )
        mid = angle + math.tau / 20
        x0, y0 = math.cos(mid) * r * 0.52, math.sin(mid) * r * 0.5
        turn = f'opacity="0.6" transform="rotate({math.degrees(mid):.0f} {x0:.1f} {y0:.1f})"'
        parts.append(ellipse(x0, y0, r * 0.1, r * 0.06, tint(peel, 0.6), turn))
    return moved(
        ellipse(r * 0.25, r * 0.9, r * 1.1, r * 0.22, "#6b5244", 'opacity="0.30" filter="url(#soft)"')
        + rough(parts, 1),
        x,
        y,
    )


def egg(x: float, y: float, r: float, shell: str = "#e8c3a0", turn: float = 0) -> str:
    knots = [
        (0, -r * 1.32),
        (r * 0.72, -r * 0.62),
        (r * 0.98, r * 0.25),
        (r * 0.55, r * 0.9),
        (0, r * 1.02),
        (-r * 0.55, r * 0.9),
        (-r * 0.98, r * 0.25),
        (-r * 0.72, -r * 0.62),
    ]
    dark = [
        (r * 0.1, r),
        (r * 0.5, r * 0.1),
        (r * 0.36, -r),
        (r * 0.72, -r * 0.62),
        (r * 0.98, r * 0.25),
        (r * 0.55, r * 0.9),
    ]
    freckles = "".join(
        ellipse(px, py, 2, 1.7, shade(shell, 0.4), 'opacity="0.5"')
        for px, py in scatter(f"egg{x}", 22, 0, 0, r * 0.8, r * 0.9)
    )
    return moved(
        rough(
            [
                blob(knots, shell),
                freckles,
                blob(dark, shade(shell, 0.45), 'opacity="0.38"'),
                ellipse(-r * 0.4, -r * 0.4, r * 0.2, r * 0.36, WHITE, 'opacity="0.65"'),
            ],
            1,
        ),
        x,
        y,
        1,
        turn,
    )


def crumbs(seed: str, count: int, x: float, y: float, rx: float, ry: float, *, colour: str = CRUST) -> str:
    return rough(
        [
            "".join(
                ellipse(px + 3, py + 3, 6, 4, "#6b5244", 'opacity="0.3"')
                + ellipse(px, py, 4 + i % 4, 3 + i % 3, shade(colour, (i % 3) * 0.14))
                for i, (px, py) in enumerate(scatter(seed, count, x, y, rx, ry))
            )
        ],
        1,
    )


def steam(x: float, y: float, tall: float = 220) -> str:
    wisps = [
        [(x - 24, y), (x - 56, y - tall * 0.3), (x - 8, y - tall * 0.6), (x - 40, y - tall)],
        [(x + 26, y - 8), (x + 4, y - tall * 0.36), (x + 52, y - tall * 0.64), (x + 22, y - tall * 1.08)],
    ]
    return f'<g filter="url(#soft)" opacity="0.55">{"".join(line(wisp, WHITE, 15) for wisp in wisps)}</g>'
