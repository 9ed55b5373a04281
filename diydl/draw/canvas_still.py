"""What a page shows in the place of the canvas: a digit that was drawn, and what was made of it."""

import numpy as np

from diydl.draw.figure import COLOURS, figure

# A two, in a square of 320 pixels: shown where nobody has drawn anything.
TWO = [
    [
        *((86, 112), (98, 82), (124, 62), (160, 55), (196, 66), (216, 94), (214, 126), (196, 158)),
        *((166, 190), (132, 222), (98, 256), (140, 258), (188, 258), (236, 256)),
    ]
]
_CAPTION = (
    "The canvas, as it looks in a running notebook. There you draw with the mouse, and the bars "
    "follow: open this chapter in JupyterLab."
)


def still(strokes, image, probabilities, size=320):
    """Draw strokes, the picture of 8 by 8 numbers that was made of them, and ten probabilities.

    Examples
    --------
    >>> still(TWO, np.zeros((8, 8)), np.eye(10)[2])
    A digit drawn by hand, the same as 8 by 8 grey squares, and ten bars: 2 is the likeliest, 100%.
    """
    probabilities = np.asarray(probabilities, dtype=float)
    digit = int(probabilities.argmax())
    scale = 150 / size
    lines = "".join(
        f'<polyline points="{" ".join(f"{x * scale:.0f},{y * scale:.0f}" for x, y in stroke)}"/>'
        for stroke in strokes
    )
    drawn = (
        '<rect x="0.5" y="0.5" width="150" height="150" fill="#fff" stroke="#767676"/>'
        f'<g fill="none" stroke="#000" stroke-width="11" stroke-linecap="round" '
        f'stroke-linejoin="round">{lines}</g>'
    )
    squares = '<rect x="170.5" y="0.5" width="150" height="150" fill="#fff" stroke="#767676"/>'
    for (row, column), ink in np.ndenumerate(np.asarray(image, dtype=float)):
        if ink:
            x, y = 171 + 18.625 * column, 1 + 18.625 * row
            squares += (
                f'<rect x="{x:.1f}" y="{y:.1f}" width="18.7" height="18.7" '
                f'fill-opacity="{ink / 16:.2f}"/>'
            )
    bars = "".join(_bar(k, p, k == digit) for k, p in enumerate(probabilities))
    alt = (
        "A digit drawn by hand, the same as 8 by 8 grey squares, and ten bars: "
        f"{digit} is the likeliest, {probabilities[digit]:.0%}."
    )
    svg = (
        '<svg viewBox="0 0 480 152" style="width:100%;max-width:480px;height:auto;background:#fff;'
        f'border-radius:4px" font-family="sans-serif" font-size="11">{drawn}{squares}{bars}</svg>'
    )
    table = {"digit": list(range(10)), "probability": np.round(probabilities, 3)}
    return figure(svg, alt=alt, caption=_CAPTION, data=table)


def _bar(digit, probability, likeliest):
    y, colour = 2 + 15 * digit, COLOURS["blue" if likeliest else "sky"]
    weight = ' font-weight="bold"' if likeliest else ""
    return (
        f'<text x="342" y="{y + 10}"{weight}>{digit}</text>'
        f'<rect x="354" y="{y}" width="{max(120 * probability, 0.5):.1f}" height="12" '
        f'fill="{colour}"/>'
    )
