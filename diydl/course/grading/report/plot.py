"""The figures of the class page: SVG as wide as a phone, their data as a table on request."""

from collections.abc import Mapping, Sequence
from html import escape

from diydl.course.grading.report.page import number, plain
from diydl.draw.figure import figure

WIDTH = 360
_KINDS = ("passed", "partly right", "not yet", "not attempted")
_BINS = 10


def distribution(points: Sequence[float], most: float) -> str:
    """Draw how many learners have how many points, in at most ten steps and all of them, as HTML.

    Examples
    --------
    >>> "2 learners have all 6 points" in distribution([1, 6, 6], 6)
    True
    """
    most = max(float(most), 1.0)
    step = _step(most)
    edges = [step * k for k in range(int(-(-most // step)))]
    names = [f"{number(low)} to under {number(min(low + step, most))}" for low in edges]
    names.append(f"all {number(most)}")
    counts = [0] * len(names)
    for value in points:
        full = value >= most - 1e-9
        counts[-1 if full else min(int(max(value, 0) / step + 1e-9), len(edges) - 1)] += 1
    said = [
        f"{count} {'learner has' if count == 1 else 'learners have'} {name} points"
        for name, count in zip(names, counts, strict=True)
        if count
    ]
    marks = [*map(number, edges), "all"]
    alt = f"Distribution of points. {'; '.join(said) or 'No submission was graded'}."
    data = {"points": names, "learners": counts}
    return figure(_bars(counts, marks), alt=alt, data=data)._repr_html_()


def _bars(counts: Sequence[int], marks: Sequence[str]) -> str:
    """Draw bars with their numbers above and where they begin below; the last stands apart."""
    high = max([*counts, 1])
    wide = (WIDTH - 14) / len(counts)
    shapes = []
    for k, (count, mark) in enumerate(zip(counts, marks, strict=True)):
        last = k == len(counts) - 1
        tall = 110 * count / high
        x = 4 + k * wide + 6 * last
        shapes.append(
            f'<rect class="b0" x="{x + 1:g}" y="{128 - tall:g}" width="{wide - 2:g}" '
            f'height="{tall:g}"/>'
        )
        if count:
            shapes.append(_label(x + wide / 2, 124 - tall, str(count)))
        at, anchor = (x + wide / 2, "middle") if last else (x + 1, "start")
        shapes.append(_label(at, 143, mark, "soft", anchor))
    shapes.append(f'<line class="rule" x1="2" y1="128.5" x2="{WIDTH - 2}" y2="128.5"/>')
    return _svg(168, [*shapes, _label(WIDTH / 2, 162, "points, from", "soft")])


def success(rows: Mapping[str, Sequence[int]]) -> str:
    """Draw, for each exercise, how many passed, are partly right, not yet or not attempted.

    `rows` maps the name of an exercise to those four numbers.

    Examples
    --------
    >>> "00/relu: 3 passed, 1 not attempted" in success({"00/relu": (3, 0, 0, 1)})
    True
    """
    shapes, said = [], []
    for k, (name, counts) in enumerate(rows.items()):
        y = 18 + 44 * k
        shapes.append(_label(4, y - 4, plain(name, 60), anchor="start"))
        total = sum(counts) or 1
        x = 4.0
        for kind, count in enumerate(counts):
            wide = (WIDTH - 8) * count / total
            if not count:
                continue
            shapes.append(
                f'<rect class="b{kind}" x="{x:g}" y="{y}" width="{max(wide - 1, 1):g}" '
                'height="20"/>'
            )
            if wide > 9 * len(str(count)) + 4:
                shapes.append(_label(x + wide / 2, y + 15, str(count), "on"))
            x += wide
        told = ", ".join(f"{n} {kind}" for n, kind in zip(counts, _KINDS, strict=True) if n)
        said.append(f"{plain(name, 60)}: {told}")
    height = 18 + 44 * len(rows)
    legend, x = [], 4.0
    for kind, name in enumerate(_KINDS):
        legend.append(f'<rect class="b{kind}" x="{x:g}" y="{height - 4}" width="12" height="12"/>')
        legend.append(_label(x + 16, height + 6, name, anchor="start"))
        x += 28 + 6.7 * len(name)
    data: dict[str, list] = {"exercise": [plain(name, 60) for name in rows]}
    for kind, name in enumerate(_KINDS):
        data[name] = [counts[kind] for counts in rows.values()]
    alt = "How each exercise went. " + "; ".join(said) + "."
    return figure(_svg(height + 14, [*shapes, *legend]), alt=alt, data=data)._repr_html_()


def _step(most: float) -> float:
    """Return the smallest of 1, 2, 5, 10, ... by which at most ten steps make `most`."""
    steps = (digit * 10.0**k for k in range(20) for digit in (1, 2, 5))
    return next(step for step in steps if step * _BINS >= most - 1e-9)


def _label(x: float, y: float, text: str, kind: str = "", anchor: str = "middle") -> str:
    look = f' class="{kind}"' if kind else ""
    return (
        f'<text{look} x="{x:g}" y="{y:g}" text-anchor="{anchor}" font-size="12">'
        f"{escape(text).replace('=', '&#61;')}</text>"
    )


def _svg(height: float, shapes: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}">'
        f"{''.join(shapes)}</svg>"
    )
