"""Pictures of small arrays: where their numbers lie in memory, and what broadcasting stretches.

Both give the text of an SVG, for `draw.figure` and `draw.live`, in the colour of the surrounding
text, so that they fit light and dark pages.
"""

from html import escape

import numpy as np

from diydl.draw.figure import COLOURS

_WIDTH, _CELL, _ROW = 440, 30, 26  # pixels
_MARK = f'stroke="{COLOURS["orange"]}" stroke-width="3"'
_PLAIN = 'stroke="currentColor" stroke-opacity="0.5" stroke-width="1"'
_COPY = 'stroke="currentColor" stroke-opacity="0.5" stroke-width="1" stroke-dasharray="3 3"'


def memory_svg(x, axis=0):
    """Draw a small table, and below it the memory that it looks at, with the steps along an axis.

    Parameters
    ----------
    x : numpy.ndarray of shape (R, C)
        A view of at most 12 numbers that lie one after the other in memory.
    axis : int
        The cells met on the way from ``x[0, 0]`` along this axis are marked in both.

    Examples
    --------
    >>> svg = memory_svg(np.arange(12).reshape(3, 4).T, axis=1)
    >>> "+32 bytes" in svg
    True
    """
    memory, start = _memory(x)
    if x.ndim != 2 or memory.size > 12:
        raise ValueError(
            f"memory_svg draws tables of at most 12 numbers, got shape {x.shape} on "
            f"{memory.size} numbers"
        )
    steps = x.strides[axis] // x.itemsize
    met = [start + k * steps for k in range(x.shape[axis])]
    on_way = {(k, 0) if axis == 0 else (0, k) for k in range(x.shape[axis])}
    head = f"shape {x.shape}   strides {tuple(int(s) for s in x.strides)}"
    shapes = [_text(8, 18, head, 'font-size="14" font-weight="bold"')]
    for i, j in np.ndindex(*x.shape):
        look = _MARK if (i, j) in on_way else _PLAIN
        shapes += _cell(28 + j * _CELL, 34 + i * _ROW, x[i, j], look, _CELL)
    wide = (_WIDTH - 24) // 12
    top = 34 + 4 * _ROW + 70
    shapes.append(_text(8, top - 56, "in memory, one after the other", 'font-size="12"'))
    for k, value in enumerate(memory):
        look = _MARK if k in met else _PLAIN
        shapes += _cell(12 + k * wide, top, value, look, wide)
        place = f"{k * x.itemsize}"
        shapes.append(_text(12 + (k + 0.5) * wide, top + _ROW + 14, place, _middle(10)))
    shapes.append(_text(8, top + _ROW + 30, "byte at which each begins", 'font-size="12"'))
    for a, b in zip(met, met[1:], strict=False):
        shapes.append(_arc(12 + (a + 0.5) * wide, 12 + (b + 0.5) * wide, top - 3))
    side = 28 + x.shape[1] * _CELL + 24
    words = f"a step along axis {axis}: {int(x.strides[axis]):+d} bytes"
    shapes.append(_text(side, 34 + 1.5 * _ROW, words, f'font-size="13" fill="{_FILL}"'))
    return _svg(shapes, top + _ROW + 40, f"An array of {head} in memory; {words}")


def broadcast_svg(a, b):
    """Draw two shapes of at most two axes, what broadcasting makes of them, and their sum.

    Cells with a dashed edge are not there: broadcasting reads the same number again.

    Examples
    --------
    >>> "(3, 4)" in broadcast_svg((3, 1), (4,))
    True
    >>> "ValueError" in broadcast_svg((3,), (4,))
    True
    """
    shapes, top = [], 46
    tables = [10.0 * np.arange(np.prod(a)).reshape(a), 1.0 * np.arange(np.prod(b)).reshape(b)]
    try:
        out = np.broadcast_shapes(a, b)
    except ValueError:
        out = None
    seen = out and (1,) * (2 - len(out)) + tuple(out)
    x = 10
    for name, table, sign in zip("ab", tables, "+=", strict=True):
        own = (1,) * (2 - table.ndim) + table.shape
        full = np.broadcast_to(table, seen or own)
        shapes += _grid(x, top, full, own, f"{name}: {table.shape}")
        x += full.shape[1] * _CELL + 10
        sign = sign if out is not None else ("and" if sign == "+" else "")
        shapes.append(_text(x, top + 18, sign, 'font-size="16"'))
        x += 22 if len(sign) < 2 else 40
    if out is None:
        words = "ValueError: these shapes do not fit"
        shapes.append(_text(10, top + 3 * _ROW + 16, words, f'font-size="14" fill="{_FILL}"'))
        said = f"Shapes {a} and {b} do not fit"
    else:
        shapes += _grid(x, top, tables[0] + tables[1], seen, f"{out}")
        said = f"Shapes {a} and {b} broadcast to {out}"
    return _svg(shapes, top + 4 * _ROW + 8, said)


_FILL = COLOURS["orange"]


def _memory(x):
    """Return the numbers that a view looks at, as they lie in memory, and the place of x[0, 0]."""
    base = x
    while isinstance(base.base, np.ndarray):
        base = base.base
    start = x.__array_interface__["data"][0] - base.__array_interface__["data"][0]
    return base.ravel(order="K"), start // x.itemsize


def _grid(x, top, table, own, title):
    table = np.atleast_2d(table)
    shapes = [_text(x, top - 10, title, 'font-size="13"')]
    for i, j in np.ndindex(*table.shape):
        copied = i >= own[0] or j >= own[1]
        look = _COPY if copied else _PLAIN
        shapes += _cell(x + j * _CELL, top + i * _ROW, f"{table[i, j]:g}", look, _CELL, copied)
    return shapes


def _cell(x, y, value, look, width, pale=False):
    inset = 1.5
    fill = "none" if pale else COLOURS["sky"]
    return [
        f'<rect x="{x + inset:g}" y="{y + inset:g}" width="{width - 2 * inset:g}" '
        f'height="{_ROW - 2 * inset:g}" rx="3" fill="{fill}" fill-opacity="0.25" {look}/>',
        _text(x + width / 2, y + 17, value, _middle(12) + (' fill-opacity="0.6"' if pale else "")),
    ]


def _arc(x, u, y):
    """Draw an arrow over the strip from one cell to another."""
    height = min(34, 12 + abs(u - x) / 5)
    head = -5 if u > x else 5
    return (
        f'<path d="M{x:g},{y:g} Q{(x + u) / 2:g},{y - 2 * height + 8:g} {u:g},{y - 2:g}" '
        f'fill="none" {_MARK}/><path d="M{u:g},{y:g} l{head:g},-9 l{-2 * head:g},1 Z" '
        f'fill="{_FILL}"/>'
    )


def _middle(size):
    return f'font-size="{size}" text-anchor="middle"'


def _text(x, y, words, look):
    fill = "" if "fill=" in look else 'fill="currentColor" '
    return f'<text x="{x:g}" y="{y:g}" {fill}{look}>{escape(str(words))}</text>'


def _svg(shapes, height, title):
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        f'style="width:100%;max-width:{_WIDTH * 5 // 4}px;height:auto" font-family="sans-serif">'
        f"<title>{escape(title)}</title>{''.join(shapes)}</svg>"
    )
