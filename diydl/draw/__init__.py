"""Figures, live figures, pictures of graphs and of the library, and the canvas for digits.

Nothing heavy is imported before it is used: matplotlib by the first figure, anywidget by
`DigitCanvas`.
"""

from typing import TYPE_CHECKING

from diydl.draw.chart import digit_grid, probability_bars
from diydl.draw.curve import training_curve
from diydl.draw.figure import COLOURS, Figure, figure, style
from diydl.draw.flame import Bar, flame
from diydl.draw.graph import graph
from diydl.draw.graph_figure import GraphFigure
from diydl.draw.knob import knob
from diydl.draw.landscape import landscape
from diydl.draw.library import library_picture, ownership_picture
from diydl.draw.live import Live, live
from diydl.draw.picture import Group, Node, Picture
from diydl.draw.raster import rasterise

if TYPE_CHECKING:
    from diydl.draw.canvas import DigitCanvas

__all__ = [
    "COLOURS",
    "Bar",
    "DigitCanvas",
    "Figure",
    "GraphFigure",
    "Group",
    "Live",
    "Node",
    "Picture",
    "digit_grid",
    "figure",
    "flame",
    "graph",
    "knob",
    "landscape",
    "library_picture",
    "live",
    "ownership_picture",
    "probability_bars",
    "rasterise",
    "style",
    "training_curve",
]


def __getattr__(name):
    if name == "DigitCanvas":
        from diydl.draw.canvas import DigitCanvas

        return DigitCanvas
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
