"""Live figures: a function of some knobs, drawn for every setting.

Few frames are drawn when the figure is shown and travel inside the page, together with plain
sliders and a few lines of script (`live.js`): the figure works with a kernel and without, and in a
notebook opened again tomorrow. More frames are drawn by Python when they are asked for
(`live_widget.py`); pages built from the notebook without anybody before it carry them all.
"""

import itertools
import math
import os
from functools import cache
from html import escape
from pathlib import Path

from diydl.draw.frame import failed_frame, make_frame, pack
from diydl.draw.knob import knob

_AT_ONCE = 24  # frames that take about two seconds; more would keep the reader waiting
_MOST_BYTES = 1_500_000  # of all frames, as they stand in the page


def live(function, *, alt=None, caption=None, data=None, kernel=None, most=200, **knobs):
    """Make a figure with knobs.

    Parameters
    ----------
    function : callable
        ``function(rate=0.1, steps=5)`` returns a matplotlib figure, a figure of `diydl.draw` or
        the text of an SVG.
    alt : str or callable
        What the picture shows, for each setting: a template such as ``"Ten steps at rate {rate}"``
        or a function of the values. May be left out where `function` returns figures with alt text.
    caption : str
        Text below the figure.
    data : callable, optional
        ``data(rate=0.1, steps=5)`` returns columns, shown as a table on request.
    kernel : bool, optional
        Whether, in JupyterLab and VS Code, Python draws a frame when a knob is moved; False: all
        are drawn at the beginning. Default: True with more than 24 frames. Pages built from the
        notebook (jupyter-book, nbconvert --execute) carry all frames in either case.
    most : int
        How many frames a page may carry. Beyond that ``kernel=True`` must be said, and pages show
        the first frame alone.
    **knobs
        One for each argument of `function`: a tuple (start, stop, count), a list, or `knob(...)`.

    Returns
    -------
    Live
        Notebooks show it; ``repr`` is the text of the first frame and the knobs.

    Examples
    --------
    >>> def square(side):
    ...     return f'<svg viewBox="0 0 9 9"><rect width="{side}" height="9"/></svg>'
    >>> live(square, alt="A box {side} wide and 9 high.", side=[1, 5, 9])
    A box 1 wide and 9 high.
    Knobs: side (1, 5, 9).
    """
    if not callable(function):
        raise TypeError(f"live() takes a function that draws, got {type(function).__name__}")
    if not knobs:
        raise ValueError("a live figure needs a knob, such as live(f, alt=..., rate=(0.1, 1, 10))")
    made = {name: knob(values) for name, values in knobs.items()}
    return Live(function, made, alt, caption, data, kernel, most)


class Live:
    """A figure with knobs. Made by `live`."""

    def __init__(self, function, knobs, alt, caption, data, kernel, most):
        self.function, self.knobs, self.caption = function, knobs, caption
        self.most, self._alt, self._data = most, alt, data
        self.count = math.prod(len(k.values) for k in knobs.values())
        self.kernel = self.count > _AT_ONCE if kernel is None else kernel
        if self.count > most and not kernel:
            raise ValueError(self._too_many())
        self._made, self._widget = {}, None
        self.first = self._index(k.start for k in knobs.values())
        try:
            self._made[self.first] = self._draw(self.values(self.first))
        except Exception as failure:
            failure.add_note(f"in the first frame of the live figure, {self.values(self.first)}")
            raise

    def __repr__(self):
        knobs = "; ".join(f"{name_of(n, k)} ({_range(k)})" for n, k in self.knobs.items())
        return f"{self[self.first].alt}\nKnobs: {knobs}."

    def __len__(self):
        return self.count

    def __getitem__(self, number):
        """Return frame `number`, drawn if it was not yet; the last knob turns fastest."""
        if not 0 <= number < self.count:
            raise IndexError(f"frames are numbered 0 to {self.count - 1}, got {number}")
        if number not in self._made:
            values = self.values(number)
            try:
                self._made[number] = self._draw(values)
            except Exception as failure:  # one setting must not take the others away
                self._made[number] = failed_frame(failure, values)
        return self._made[number]

    @property
    def errors(self):
        """Texts of the frames that could not be drawn; draws all that are missing."""
        return [frame.error for frame in self if frame.error]

    def values(self, number):
        """Return the values of the knobs in frame `number`."""
        settings = itertools.product(*(k.values for k in self.knobs.values()))
        setting = next(itertools.islice(settings, number, None))
        return dict(zip(self.knobs, setting, strict=True))

    def widget(self):
        """Return this figure as a widget, drawn by Python whenever a knob is moved."""
        if self._widget is None:
            from diydl.draw.live_widget import LiveWidget

            self._widget = LiveWidget(self)
        return self._widget

    def _draw(self, values):
        return make_frame(self.function, values, self._alt, self._data)

    def _index(self, positions):
        index = 0
        for position, k in zip(positions, self.knobs.values(), strict=True):
            index = index * len(k.values) + position
        return index

    def _repr_mimebundle_(self, include=None, exclude=None):
        if self.kernel and in_session():
            bundle = self.widget()._repr_mimebundle_()
            if bundle:
                shown = dict(bundle[0] if isinstance(bundle, tuple) else bundle)
                return shown | {"text/html": self.still(), "text/plain": repr(self)}
        return {"text/html": self._repr_html_(), "text/plain": repr(self)}

    def _repr_html_(self):
        """Return the figure with all its frames; needs no kernel and no network."""
        if self.count > self.most:
            return self.still()
        packed = pack(list(self))
        if len(packed) > _MOST_BYTES:
            raise ValueError(
                f"{self.count} frames take {len(packed):,} bytes, more than the {_MOST_BYTES:,} "
                "that a page may carry: give the knobs fewer values, draw fewer points, or pass "
                "kernel=True"
            )
        script = f"(() => {{{_text('live.js')}\nstartAll();}})();"
        return self._figure(
            f'<script type="text/plain" class="frames">{packed}</script><script>{script}</script>'
        )

    def still(self):
        """Return the first frame alone, as HTML."""
        note = "The knobs work in a running notebook: open it in JupyterLab and run this cell."
        return self._figure(f'<p class="note">{note}</p>')

    def shell(self):
        """Return knobs, first frame and caption as HTML, for a page or for the widget."""
        caption = f"<figcaption>{escape(self.caption)}</figcaption>" if self.caption else ""
        rows = "".join(_row(name, k) for name, k in self.knobs.items())
        return (
            f'<fieldset class="knobs" disabled aria-label="Knobs of the figure below">{rows}'
            f'</fieldset><div class="frame">{self[self.first].html}</div>'
            '<p class="waiting" role="status"></p>'
            f'<p class="for-readers" role="status"></p>{caption}'
        )

    def _figure(self, more):
        sizes = ",".join(str(len(k.values)) for k in self.knobs.values())
        return (
            f'<figure class="diydl-live" data-sizes="{sizes}"><style>{_text("live.css")}</style>'
            f"{self.shell()}{more}</figure>"
        )

    def _too_many(self):
        sizes = " × ".join(f"{name} {len(k.values)}" for name, k in self.knobs.items())
        return (
            f"{sizes} = {self.count:,} frames, at most {self.most} fit in a page: give the knobs "
            "fewer values, or pass kernel=True"
        )


def name_of(name, k):
    """Return what a knob is called.

    Examples
    --------
    >>> name_of("learning_rate", knob([1, 2]))
    'learning rate'
    """
    return k.label or name.replace("_", " ")


def in_session():
    """Tell whether somebody sits before this kernel: in JupyterLab or in VS Code.

    Programs that run a notebook to build a page from it start kernels without these variables.

    Examples
    --------
    >>> in_session() in (True, False)
    True
    """
    return bool(os.environ.get("JPY_SESSION_NAME") or os.environ.get("VSCODE_PID"))


def _range(k):
    texts = k.texts if len(k.texts) <= 6 or not k.numeric else (f"{k.texts[0]} to {k.texts[-1]}",)
    return ", ".join(texts) + (f" {k.unit}" if k.unit else "")


def _row(name, k):
    called, unit = escape(name_of(name, k)), escape(f" {k.unit}" if k.unit else "")
    texts = [escape(text) + unit for text in k.texts]
    if not k.numeric:
        options = "".join(
            f"<option{' selected' * (n == k.start)}>{text}</option>" for n, text in enumerate(texts)
        )
        select = f'<select aria-label="{called}" {_KEYS}>{options}</select>'
        return f"<label>{called} {select}</label>"
    listing = escape("|".join(texts), quote=True)
    return (
        f'<label><span>{called}</span> <input type="range" min="0" max="{len(texts) - 1}" step="1" '
        f'value="{k.start}" aria-label="{called}" aria-valuetext="{texts[k.start]}" '
        f'data-texts="{listing}" autocomplete="off" {_KEYS}> '
        f"<output>{texts[k.start]}</output></label>"
    )


# JupyterLab asks the focused element itself whether its own keys shall rest there; without this
# the arrow keys move from cell to cell.
_KEYS = 'data-lm-suppress-shortcuts="true"'


@cache
def _text(name):
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
