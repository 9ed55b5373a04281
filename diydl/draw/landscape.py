"""Ways over a landscape: contour lines, the track of each walker, and how high they are.

The picture is an SVG of our own, since a live figure has many of them: matplotlib takes fifty times
as long, and here the contour lines, which all frames share, travel once.
"""

import math
from functools import cache
from html import escape

import numpy as np

from diydl.draw.figure import COLOURS, figure

_MAP, _CHART = (440, 280), (210, 280)  # pixels of the two panels
_LEFT, _TOP, _BETWEEN, _BELOW = 44, 34, 62, 44
_LEAST, _MOST = 1e-7, 1e4  # heights of the chart
_LINES = (
    ("blue", ""),
    ("orange", "7 3"),
    ("green", "8 3 2 3"),
    ("pink", "2 3"),
    ("sky", "12 4"),
    ("amber", "5 2"),
)
_ENDS = (
    '<circle cx="{x}" cy="{y}" r="5" {look}/>',
    '<rect x="{left}" y="{up}" width="9" height="9" {look}/>',
    '<path d="M{x} {high}L{far} {y}L{x} {low}L{near} {y}Z" {look}/>',
    '<path d="M{x} {high}L{far} {low}L{near} {low}Z" {look}/>',
)


def landscape(surface, limits, tracks, *, goals=(), caption=None):
    """Draw ways over a landscape as a map, and the height of each walker step by step.

    Parameters
    ----------
    surface : callable
        ``surface(x, y)`` returns heights, elementwise for arrays.
    limits : tuple (left, right, low, high)
        Of the map. Who walks out of it is not seen there any more, but stays in the chart.
    tracks : dict of str to array (T, 2)
        Name and places of each walker, at most six.
    goals : list of (x, y)
        Lowest points, drawn as stars. Heights are counted from there; without them, from 0.

    Returns
    -------
    Figure

    Examples
    --------
    >>> landscape(lambda x, y: x * x + y * y, (-2, 2, -1, 1), {"SGD": [[2, 0], [1, 0]]},
    ...           goals=[(0, 0)])
    A map with the tracks of 1 walker after 1 step: SGD is 1 above the lowest point.
    """
    tracks = {name: np.asarray(track, np.float64) for name, track in tracks.items()}
    if not 1 <= len(tracks) <= len(_LINES):
        raise ValueError(f"a landscape has one to {len(_LINES)} tracks, got {len(tracks)}")
    if any(track.ndim != 2 or track.shape[1] != 2 for track in tracks.values()):
        shapes = {name: track.shape for name, track in tracks.items()}
        raise ValueError(f"a track has the shape (steps + 1, 2), got {shapes}")
    bottom = min((float(surface(*goal)) for goal in goals), default=0.0)
    heights = {name: surface(*track.T) - bottom for name, track in tracks.items()}
    width = _LEFT + _MAP[0] + _BETWEEN + _CHART[0] + 12
    height = _TOP + _MAP[1] + _BELOW
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'style="width:100%;max-width:{width}px;background:#fff;border-radius:4px" '
        'font-family="DejaVu Sans,Verdana,sans-serif" font-size="12" fill="#222">',
        *_map(surface, tuple(map(float, limits)), bottom, tracks, goals),
        *_chart(heights),
        *_legend(tracks),
        "</svg>",
    ]
    steps = max(len(track) for track in tracks.values()) - 1
    above = {name: float(h[-1]) for name, h in heights.items()}
    listed = ", ".join(f"{name} {_where(h)}" for name, h in above.items())
    words = (
        f"A map with the tracks of {len(tracks)} walker{'s' * (len(tracks) > 1)} after {steps} "
        f"step{'s' * (steps > 1)}: {listed} above the lowest point."
    ).replace("is lost above the lowest point", "is lost")
    data = {"walker": list(above), "height after the last step": list(above.values())}
    return figure("\n".join(parts), alt=words, caption=caption, data=data)


def _where(height):
    return f"is {height:.2g}" if height <= _MOST else "is lost"


def _map(surface, limits, bottom, tracks, goals):
    left, right, low, high = limits
    wide, tall = _MAP

    def place(x, y):
        x = (np.asarray(x) - left) / (right - left) * wide
        y = (high - np.asarray(y)) / (high - low) * tall
        return np.clip(x, -9e3, 9e3), np.clip(y, -9e3, 9e3)

    yield f'<svg x="{_LEFT}" y="{_TOP}" width="{wide}" height="{tall}">'
    for line in contours(surface, limits, bottom):
        yield f'<path d="{_path(*place(*line.T))}" fill="none" stroke="#c3ccd2"/>'
    for goal in goals:
        x, y = place(*goal)
        yield f'<path d="{_star(float(x), float(y))}" fill="#000"/>'
    for k, track in enumerate(tracks.values()):
        x, y = place(*track.T)
        if len(tracks) == 1:
            yield _dots(x, y, k)
        yield f'<path d="{_path(x, y)}" fill="none" {_look(k)}/>'
        yield _end(x[-1], y[-1], k)
    yield "</svg>"
    yield _frame(_LEFT, _MAP)
    yield from _ticks(_LEFT, wide, left, right, "x")
    for value in _round_numbers(low, high):
        y = _TOP + float(place(left, value)[1])
        yield f'<text x="{_LEFT - 6}" y="{y + 4:.0f}" text-anchor="end">{value:g}</text>'
    yield f'<text x="12" y="{_TOP + tall / 2}" text-anchor="middle">y</text>'


def _chart(heights):
    start, (wide, tall) = _LEFT + _MAP[0] + _BETWEEN, _CHART
    steps = max(len(h) for h in heights.values()) - 1
    span = math.log10(_MOST) - math.log10(_LEAST)

    def up(value):
        value = np.nan_to_num(np.asarray(value, np.float64), nan=_MOST, posinf=_MOST)
        return (math.log10(_MOST) - np.log10(np.clip(value, _LEAST, _MOST))) / span * tall

    yield _frame(start, _CHART)
    for power in range(-6, 5, 2):
        y = _TOP + float(up(10.0**power))
        yield f'<path d="M{start} {y:.1f}h{wide}" stroke="#e3e8eb"/>'
        yield (
            f'<text x="{start - 6}" y="{y + 4:.0f}" text-anchor="end">10'
            f'<tspan dy="-5" font-size="9">{power}</tspan></text>'
        )
    for k, h in enumerate(heights.values()):
        x = start + np.arange(len(h)) / max(steps, 1) * wide
        y = _TOP + up(h)
        yield f'<path d="{_path(x, y)}" fill="none" {_look(k)}/>'
        yield _end(x[-1], y[-1], k)
    yield from _ticks(start, wide, 0, steps, "step")
    yield f'<text x="{start}" y="{_TOP - 8}">height above the lowest point</text>'


def _legend(tracks):
    x = _LEFT
    for k, name in enumerate(tracks):
        yield f'<path d="M{x} {_TOP - 12}h26" {_look(k)}/>'
        yield _end(x + 13, _TOP - 12, k)
        yield f'<text x="{x + 31}" y="{_TOP - 8}">{escape(name)}</text>'
        x += 46 + 7.6 * len(name)


@cache
def contours(surface, limits, bottom=0.0, count=12):
    """Return the contour lines of a landscape, arrays (N, 2); closer together near the bottom.

    Examples
    --------
    >>> lines = contours(lambda x, y: x * x + y * y, (-1.0, 1.0, -1.0, 1.0), count=3)
    >>> [round(float(np.hypot(*line[0])), 2) for line in lines][:1]  # the root of 2 / 3**3
    [0.27]
    """
    from contourpy import contour_generator

    left, right, low, high = limits
    x, y = np.meshgrid(np.linspace(left, right, 81), np.linspace(low, high, 81))
    z = np.broadcast_to(surface(x, y), x.shape)
    generator = contour_generator(x, y, z)
    levels = bottom + (float(z.max()) - bottom) * np.linspace(1 / count, 1, count) ** 3
    return [line for level in levels[:-1] for line in generator.lines(level)]


def _path(x, y):
    points = [f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True)]
    return "M" + "L".join(points)


def _dots(x, y, k):
    colour = COLOURS[_LINES[k][0]]
    dots = "".join(f"M{a:.1f} {b:.1f}h0" for a, b in zip(x, y, strict=True))
    return f'<path d="{dots}" stroke="{colour}" stroke-width="5" stroke-linecap="round"/>'


def _look(k):
    name, dash = _LINES[k]
    return f'stroke="{COLOURS[name]}" stroke-width="1.8" stroke-dasharray="{dash or "none"}"'


def _end(x, y, k):
    x, y = float(x), float(y)
    numbers = {"x": x, "y": y, "left": x - 4.5, "up": y - 4.5}
    numbers |= {"far": x + 6, "near": x - 6, "high": y - 6, "low": y + 5}
    look = f'fill="{COLOURS[_LINES[k][0]]}" stroke="#fff"'
    shape = _ENDS[k % len(_ENDS)]
    return shape.format(look=look, **{name: f"{v:.1f}" for name, v in numbers.items()})


def _star(x, y):
    turns = [math.pi * k / 5 - math.pi / 2 for k in range(10)]
    sizes = [9 if k % 2 == 0 else 3.6 for k in range(10)]
    points = [
        f"{x + r * math.cos(t):.1f} {y + r * math.sin(t):.1f}"
        for r, t in zip(sizes, turns, strict=True)
    ]
    return "M" + "L".join(points) + "Z"


def _frame(x, size):
    return (
        f'<rect x="{x}" y="{_TOP}" width="{size[0]}" height="{size[1]}" fill="none" '
        'stroke="#8a969e"/>'
    )


def _ticks(start, wide, low, high, name):
    y = _TOP + _MAP[1] + 16
    numbers = _round_numbers(low, high)
    for value in [v for v in numbers if name != "step" or v == int(v)]:
        x = start + (value - low) / max(high - low, 1e-12) * wide
        yield f'<text x="{x:.0f}" y="{y}" text-anchor="middle">{value:g}</text>'
    yield f'<text x="{start + wide / 2}" y="{y + 18}" text-anchor="middle">{name}</text>'


def _round_numbers(low, high, most=6):
    """Return at most about `most` round numbers from low to high."""
    step = 10.0 ** math.floor(math.log10(max(high - low, 1e-9) / most))
    while (high - low) / step > most:
        step *= 2 if round(step / 10 ** math.floor(math.log10(step) + 1e-9)) != 2 else 2.5
    first = math.ceil(low / step - 1e-9)
    return [round(k * step, 10) for k in range(first, math.floor(high / step + 1e-9) + 1)]
