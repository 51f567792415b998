"""SVG fragments as strings: smooth paths, ellipses, brushed strokes."""

import math
import random
from collections.abc import Iterable

Point = tuple[float, float]


def points(path: Iterable[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in path)


def polygon(path: Iterable[Point], fill: str, extra: str = "") -> str:
    return f'<polygon points="{points(path)}" fill="{fill}" {extra}/>'


def ellipse(cx: float, cy: float, rx: float, ry: float, fill: str, extra: str = "") -> str:
    return f'<ellipse cx="{cx:.1f}" cy="{cy:.1f}" rx="{rx:.1f}" ry="{ry:.1f}" fill="{fill}" {extra}/>'


def path(d: str, fill: str, extra: str = "") -> str:
    return f'<path d="{d}" fill="{fill}" {extra}/>'


def stroke(d: str, colour: str, width: float, extra: str = "") -> str:
    return (
        f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width}" '
        f'stroke-linecap="round" stroke-linejoin="round" {extra}/>'
    )


def group(parts: Iterable[str], extra: str = "") -> str:
    return f"<g {extra}>" + "".join(parts) + "</g>"


def rough(parts: Iterable[str], strength: int = 1) -> str:
    """Edges as a brush leaves them; strength 1 to 3."""
    return group(parts, f'filter="url(#brush{strength})"')


def moved(drawing: str, dx: float = 0, dy: float = 0, scale: float = 1, turn: float = 0) -> str:
    """Place a drawing made around the origin; turn in degrees."""
    return f'<g transform="translate({dx:.1f} {dy:.1f}) rotate({turn:.1f}) scale({scale:.3f})">{drawing}</g>'


def clipped(name: str, outline_d: str, parts: Iterable[str]) -> str:
    return f'<clipPath id="{name}"><path d="{outline_d}"/></clipPath>' + group(parts, f'clip-path="url(#{name})"')


def spline(knots: list[Point], closed: bool = False, steps: int = 14) -> list[Point]:
    """Points of a Catmull-Rom curve through the knots."""
    count = len(knots)
    spans = count if closed else count - 1
    result: list[Point] = []
    for i in range(spans):
        around = [knots[(i + k) % count] if closed else knots[min(max(i + k, 0), count - 1)] for k in (-1, 0, 1, 2)]
        result.extend(_blend(around, step / steps) for step in range(steps))
    if not closed:
        result.append(knots[-1])
    return result


def _blend(around: list[Point], t: float) -> Point:
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = around
    weights = (
        -0.5 * t + t * t - 0.5 * t**3,
        1 - 2.5 * t * t + 1.5 * t**3,
        0.5 * t + 2 * t * t - 1.5 * t**3,
        -0.5 * t * t + 0.5 * t**3,
    )
    a, b, c, d = weights
    return a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3


def d_of(path_points: list[Point], closed: bool = True) -> str:
    return "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in path_points) + ("Z" if closed else "")


def blob(knots: list[Point], fill: str, extra: str = "") -> str:
    return path(d_of(spline(knots, closed=True)), fill, extra)


def line(knots: list[Point], colour: str, width: float, extra: str = "") -> str:
    return stroke(d_of(spline(knots), closed=False), colour, width, extra)


def scatter(seed: str, count: int, x: float, y: float, rx: float, ry: float) -> list[Point]:
    """Repeatable random points within an ellipse."""
    dice = random.Random(seed)  # nosec B311 - freckles on a drawing
    found: list[Point] = []
    for _ in range(count):
        angle, distance = dice.uniform(0, math.tau), math.sqrt(dice.random())
        found.append((x + rx * distance * math.cos(angle), y + ry * distance * math.sin(angle)))
    return found
