"""The canvas: a digit is drawn with mouse, pen, finger or keys and recognised as it grows.

The browser (`canvas.js`) sends the strokes; Python makes the 8x8 picture, asks the network and
sends back what `canvas.js` shows. Strokes are the whole state: they can be recorded and set again.
"""

import traceback
from pathlib import Path

import anywidget
import numpy as np
import traitlets

from diydl.draw.canvas_still import TWO, still
from diydl.draw.live import in_session
from diydl.draw.raster import check_strokes, rasterise

_MOST_POINTS = 20_000


class DigitCanvas(anywidget.AnyWidget):
    """A drawing area with ten probability bars.

    Parameters
    ----------
    predict
        Function of a float32 array of shape (1, 64), values 0 to 16 as in scikit-learn's digits,
        that returns ten probabilities, shape (10,) or (1, 10): an array or a tensor. An exception
        in it is shown below the canvas and kept in `exception`.
    strokes
        What is drawn already: lists of points [x, y] in a square of `size` pixels.

    Examples
    --------
    >>> canvas = DigitCanvas(lambda x: np.full(10, 0.1))
    >>> canvas.strokes = [[[100, 40], [200, 40], [140, 280]]]
    >>> canvas.image.shape, canvas.probabilities.shape
    ((8, 8), (10,))
    """

    _esm = Path(__file__).with_name("canvas.js")
    _css = Path(__file__).with_name("canvas.css")

    size = traitlets.Int(320, read_only=True).tag(sync=True)
    strokes = traitlets.List().tag(sync=True)
    _image = traitlets.List().tag(sync=True)  # 8 rows of 8 numbers
    _probabilities = traitlets.List().tag(sync=True)  # ten numbers, or none
    _error = traitlets.Unicode().tag(sync=True)
    _asked = traitlets.Int().tag(sync=True)  # the browser counts its questions,
    _answered = traitlets.Int().tag(sync=True)  # and waits for the answer before the next

    def __init__(self, predict, *, strokes=()):
        if not callable(predict):
            raise TypeError(
                "DigitCanvas needs a function that takes an array of shape (1, 64) and returns "
                f"ten probabilities, got {type(predict).__name__}"
            )
        super().__init__()
        self.exception = None
        self._predict = predict
        self.strokes = strokes
        if not self.strokes:  # nothing was noticed, so nothing was looked at
            self._look(None)

    @property
    def predict(self):
        """The function that is asked; setting another one asks it at once."""
        return self._predict

    @predict.setter
    def predict(self, function):
        self._predict = function
        self._look(None)

    @property
    def image(self):
        """The picture that the network sees: float64 array (8, 8) of whole numbers 0 to 16."""
        return np.array(self._image, dtype=np.float64)

    @property
    def probabilities(self):
        """Array of ten probabilities; None where nothing is drawn or `predict` failed."""
        return np.array(self._probabilities) if self._probabilities else None

    @traitlets.validate("strokes")
    def _checked(self, proposal):
        strokes = check_strokes(proposal["value"])
        points = sum(len(stroke) for stroke in strokes)
        if points > _MOST_POINTS:
            raise ValueError(f"expected at most {_MOST_POINTS} points in all strokes, got {points}")
        return strokes

    @traitlets.observe("strokes")
    def _look(self, change):
        image = rasterise(self.strokes)
        probabilities, error, self.exception = [], "", None
        if self.strokes:
            try:
                x = image.reshape(1, 64).astype(np.float32)  # (1, 64)
                probabilities = ten_probabilities(self._predict(x))
            except Exception as failure:
                self.exception, error = failure, explain(failure)
        with self.hold_sync():
            self._image = image.tolist()
            self._probabilities, self._error = probabilities, error

    @traitlets.observe("_asked")
    def _answer(self, change):
        self._answered = change["new"]

    def _repr_mimebundle_(self, **options):
        """Show the canvas to whoever sits before the kernel, and pages a picture of it."""
        if in_session():
            return super()._repr_mimebundle_(**options)
        return {"text/html": self.still()._repr_html_(), "text/plain": repr(self)}

    def still(self):
        """Return a picture of the canvas: what is drawn on it, else a digit drawn for the purpose.

        Examples
        --------
        >>> DigitCanvas(lambda x: np.eye(10)[2]).still()
        A digit drawn by hand, the same as 8 by 8 grey squares, and ten bars: 2 is the likeliest, 100%.
        """  # noqa: E501
        if self.probabilities is not None:
            return still(self.strokes, self.image, self.probabilities, self.size)
        image = rasterise(TWO)
        result = self._predict(image.reshape(1, 64).astype(np.float32))
        return still(TWO, image, ten_probabilities(result), self.size)

    def __repr__(self):
        return (
            "Canvas to draw a digit on, with ten probability bars. "
            "It needs a running notebook: open this chapter in JupyterLab and run this cell."
        )


def ten_probabilities(result):
    """Return what `predict` gave as a list of ten floats, or raise an error that says what to do.

    Examples
    --------
    >>> ten_probabilities(np.eye(10)[3:4])[3]
    1.0
    >>> ten_probabilities(np.arange(10))
    Traceback (most recent call last):
    ValueError: the ten numbers that predict returned are no probabilities: they lie between 0 and 9
    and their sum is 45, not 1. Scores become probabilities by softmax.
    """
    if hasattr(result, "numpy"):
        result = result.numpy()  # our tensors, and PyTorch's
    elif hasattr(result, "get"):
        result = result.get()  # CuPy's arrays
    p = np.asarray(result, dtype=np.float64)
    if p.shape not in ((10,), (1, 10)):
        raise ValueError(
            f"predict must return ten probabilities, shape (10,) or (1, 10), got shape {p.shape}"
        )
    p = p.ravel()  # (10,)
    if not np.isfinite(p).all():
        raise ValueError(f"predict returned numbers that are not finite: {p.tolist()}")
    if p.min() < -1e-4 or abs(p.sum() - 1) > 1e-2:
        raise ValueError(
            "the ten numbers that predict returned are no probabilities: they lie between "
            f"{p.min():.4g} and {p.max():.4g}\nand their sum is {p.sum():.4g}, not 1. "
            "Scores become probabilities by softmax."
        )
    return p.tolist()


def explain(failure):
    """Return the text for an exception of `predict`: what it says and the line it came from.

    Examples
    --------
    >>> try:
    ...     {}["w1"]
    ... except KeyError as failure:
    ...     print(explain(failure).splitlines()[0])
    predict failed with KeyError: 'w1'
    """
    what = "".join(traceback.format_exception_only(failure)).strip()
    # Of the learner's lines the first and the last are shown: where predict was, where it broke.
    frames = [f for f in traceback.extract_tb(failure.__traceback__) if f.filename != __file__]
    lines = [f"  line {f.lineno} of {f.name}: {f.line}" for f in frames]
    return "\n".join([f"predict failed with {what}", *lines[:1], *lines[1:][-1:]])
