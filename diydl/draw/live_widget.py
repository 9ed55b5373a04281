"""A live figure that Python draws while the knobs are moved."""

from pathlib import Path

import anywidget
import traitlets

_HERE = Path(__file__).parent
_RENDER = """
function render({ model, el }) {
  el.innerHTML = model.get("_shell");
  el.classList.add("diydl-live");
  el.dataset.sizes = model.get("_sizes").join(",");
  start(el, (number) => new Promise((done) => {
    const answered = () => {
      const [asked, html, alt] = model.get("_frame");
      if (asked !== number) return;
      model.off("change:_frame", answered);
      done([html, alt]);
    };
    model.on("change:_frame", answered);
    model.set("_asked", number);
    model.save_changes();
    answered();
  }));
}
export default { render };
"""


class LiveWidget(anywidget.AnyWidget):
    """The widget of a `Live` figure; `Live.widget` makes it.

    Examples
    --------
    >>> from diydl.draw import live
    >>> bar = '<svg viewBox="0 0 9 9"><rect width="{}" height="9"/></svg>'.format
    >>> figure = live(lambda side: bar(side), alt="A bar of length {side} of 9.", side=[1, 5, 9])
    >>> widget = LiveWidget(figure)
    >>> widget._asked = 2
    >>> widget._frame[2]
    'A bar of length 9 of 9.'
    """

    _esm = (_HERE / "live.js").read_text(encoding="utf-8") + _RENDER
    _css = (_HERE / "live.css").read_text(encoding="utf-8")

    _shell = traitlets.Unicode().tag(sync=True)
    _sizes = traitlets.List().tag(sync=True)
    _asked = traitlets.Int(-1).tag(sync=True)
    _frame = traitlets.List([-1, "", ""]).tag(sync=True)  # number, HTML, alt text

    def __init__(self, figure):
        super().__init__()
        self._figure = figure
        self._sizes = [len(k.values) for k in figure.knobs.values()]
        self._shell = figure.shell()

    @traitlets.observe("_asked")
    def _answer(self, change):
        frame = self._figure[change["new"]]
        self._frame = [change["new"], frame.html, frame.alt]

    def __repr__(self):
        return repr(self._figure)
