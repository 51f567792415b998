"""The shop's mark: a small round bird with its tail in the air."""

from drawing.shapes import blob, ellipse, line, moved

BODY = [(-46, -8), (-34, -34), (-10, -40), (8, -26), (30, -18), (44, 2), (36, 28), (8, 40), (-22, 34), (-42, 14)]
TAIL = [(30, 6), (40, -20), (54, -62), (70, -58), (62, -14), (48, 18)]
WING = [(-6, -2), (18, -8), (44, 4), (30, 20), (8, 20), (-8, 12)]
BEAK = [(-40, -22), (-66, -20), (-42, -12)]


def wren(x: float, y: float, scale: float = 1, ink: str = "#26364a", wing: str = "#f6ecd8") -> str:
    """In one ink, the wing and eye left in the colour of the paper."""
    legs = line([(-4, 36), (-8, 60), (-20, 62)], ink, 5) + line([(14, 36), (12, 60), (0, 62)], ink, 5)
    return moved(
        legs
        + blob(TAIL, ink)
        + blob(BODY, ink)
        + f'<path d="M-40 -24 L-68 -22 L-42 -11 Z" fill="{ink}"/>'
        + blob(WING, wing)
        + blob([(wx * 0.8 + 4, wy * 0.72 + 2) for wx, wy in WING], ink)
        + ellipse(-24, -20, 5, 5, wing),
        x,
        y,
        scale,
    )
