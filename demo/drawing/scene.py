"""Wall, table, morning light and cast shadows: the stage that all pictures share."""

from drawing.palette import BACKGROUNDS, mix, shade
from drawing.shapes import ellipse, group, path, polygon, rough

WIDTH, HEIGHT, HORIZON = 1000, 1250, 800

FILTERS = """<defs>
<filter id="brush1" x="-5%" y="-5%" width="110%" height="110%"><feTurbulence type="fractalNoise" baseFrequency="0.035"
 numOctaves="2" seed="3" result="n"/><feDisplacementMap in="SourceGraphic" in2="n" scale="5"/></filter>
<filter id="brush2" x="-10%" y="-10%" width="120%" height="120%"><feTurbulence type="fractalNoise" baseFrequency="0.02"
 numOctaves="3" seed="7" result="n"/><feDisplacementMap in="SourceGraphic" in2="n" scale="12"/></filter>
<filter id="brush3" x="-20%" y="-10%" width="140%" height="120%"><feTurbulence type="fractalNoise"
 baseFrequency="0.09 0.012" numOctaves="3" seed="11" result="n"/><feDisplacementMap
 in="SourceGraphic" in2="n" scale="26"/></filter>
<filter id="soft" x="-30%" y="-60%" width="160%" height="220%"><feGaussianBlur stdDeviation="9"/></filter>
<filter id="softer" x="-30%" y="-60%" width="160%" height="220%"><feGaussianBlur stdDeviation="22"/></filter>
<filter id="wash" x="0" y="0" width="100%" height="100%"><feTurbulence type="fractalNoise" baseFrequency="0.004 0.011"
 numOctaves="4" seed="5"/><feColorMatrix values="0 0 0 0 1  0 0 0 0 0.97  0 0 0 0 0.9  1.6 0 0 0 -0.62"/></filter>
<filter id="drybrush" x="0" y="0" width="100%" height="100%"><feTurbulence type="fractalNoise"
 baseFrequency="0.003 0.16" numOctaves="2" seed="9"/><feColorMatrix
 values="0 0 0 0 0.45  0 0 0 0 0.33  0 0 0 0 0.25  1.5 0 0 0 -0.66"/></filter>
</defs>"""


def backdrop(collection: str, horizon: int = HORIZON) -> str:
    """Wall with window light, and the table's edge."""
    wall, table, glow = BACKGROUNDS[collection]
    return (
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{wall}"/>'
        f'<rect width="{WIDTH}" height="{horizon}" filter="url(#wash)" opacity="0.28"/>'
        + _window(glow, horizon)
        + rough([f'<rect x="-30" y="{horizon}" width="{WIDTH + 60}" height="{HEIGHT}" fill="{table}"/>'], 1)
        + f'<rect y="{horizon + 4}" width="{WIDTH}" height="{HEIGHT}" filter="url(#drybrush)" opacity="0.10"/>'
        + rough(
            [f'<rect x="-30" y="{horizon}" width="{WIDTH + 60}" height="9" fill="{mix(table, "#ffffff", 0.5)}"/>'], 1
        )
        + _spill(mix(table, "#fff6dd", 0.65), horizon)
    )


def _window(glow: str, horizon: int) -> str:
    panes = []
    for column in range(2):
        for row in range(3):
            x, y = 90 + column * 215, 40 + row * 245
            slant = 70
            panes.append(polygon([(x, y + slant), (x + 190, y), (x + 190, y + 218), (x, y + 218 + slant)], glow))
    return group(
        [
            f'<clipPath id="wall"><rect width="{WIDTH}" height="{horizon}"/></clipPath>',
            group([rough(panes, 2)], 'clip-path="url(#wall)" opacity="0.62"'),
        ]
    )


def _spill(light: str, horizon: int) -> str:
    return rough(
        [
            polygon(
                [(-40, horizon + 60), (420, horizon + 12), (1040, horizon + 330), (1040, 1290), (260, 1290)],
                light,
                'opacity="0.45"',
            )
        ],
        2,
    )


def cast(cx: float, y: float, width: float, length: float = 1.0, table: str = "#e8dac0") -> str:
    """Shadow of a thing standing at (cx, y): a dark contact and a long soft fall to the right."""
    dark = shade(table, 0.62)
    fall = (
        f"M{cx - width} {y} Q{cx} {y + width * 0.3} {cx + width} {y} L{cx + width * (1 + 1.1 * length)} "
        f"{y + width * 0.34} Q{cx + width * (1 + 0.9 * length)} {y + width * 0.62} "
        f"{cx + width * 0.55} {y + width * 0.46} Z"
    )
    return group([path(fall, dark)], 'filter="url(#soft)" opacity="0.30"') + group(
        [ellipse(cx + width * 0.08, y + width * 0.06, width * 1.05, width * 0.2, dark)],
        'filter="url(#soft)" opacity="0.45"',
    )


def flat_cast(left: float, right: float, y: float, table: str = "#e8dac0") -> str:
    """Shadow of a thing with a straight foot from left to right."""
    dark, width = shade(table, 0.62), right - left
    fall = [
        (left + 10, y - 14),
        (right, y - 22),
        (right + width * 0.42, y + width * 0.12),
        (right + width * 0.3, y + width * 0.2),
        (right - width * 0.06, y + 14),
        (left + 20, y + 6),
    ]
    return group([polygon(fall, dark)], 'filter="url(#soft)" opacity="0.28"') + group(
        [ellipse((left + right) / 2, y - 2, width * 0.5, 12, dark)], 'filter="url(#soft)" opacity="0.6"'
    )


def closer(things: list[str], scale: float = 1.2, dx: float = 0, dy: float = 0) -> str:
    """Step nearer to what stands around the middle of the table; then move it by (dx, dy)."""
    return f'<g transform="translate({490 + dx} {990 + dy}) scale({scale}) translate(-490 -990)">{"".join(things)}</g>'


def picture(collection: str, *things: str, horizon: int = HORIZON) -> str:
    """A whole SVG document."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        + FILTERS
        + backdrop(collection, horizon)
        + "".join(things)
        + "</svg>"
    )
