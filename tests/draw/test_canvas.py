import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import diydl.draw
from diydl import draw
from diydl.draw.canvas import ten_probabilities

STROKES = [[[100.0, 40.0], [200.0, 40.0], [140.0, 280.0]]]
FILES = Path(diydl.draw.__file__).parent


def sure_of_seven(x):
    return np.eye(10)[7]


def test_the_picture_and_the_probabilities_follow_the_strokes():
    seen = []
    canvas = draw.DigitCanvas(lambda x: seen.append(x) or sure_of_seven(x))
    assert canvas.probabilities is None and not canvas.image.any() and not seen
    canvas.strokes = STROKES
    np.testing.assert_array_equal(canvas.image, draw.rasterise(STROKES))
    np.testing.assert_array_equal(canvas.probabilities, np.eye(10)[7])
    (x,) = seen
    assert x.shape == (1, 64) and x.dtype == np.float32
    np.testing.assert_array_equal(x[0], canvas.image.ravel())
    canvas.strokes = []
    assert canvas.probabilities is None and not canvas.image.any() and len(seen) == 1


def test_strokes_can_be_given_at_once_and_are_asked_once():
    calls = []
    canvas = draw.DigitCanvas(lambda x: calls.append(1) or sure_of_seven(x), strokes=STROKES)
    assert canvas.probabilities[7] == 1 and len(calls) == 1


def test_an_exception_in_predict_is_shown_kept_and_gone_when_mended():
    def predict(x):
        return {}["w1"]

    canvas = draw.DigitCanvas(predict, strokes=STROKES)
    assert "KeyError: 'w1'" in canvas._error and 'return {}["w1"]' in canvas._error
    assert "canvas.py" not in canvas._error and "_look" not in canvas._error
    assert isinstance(canvas.exception, KeyError) and canvas.probabilities is None
    assert canvas.image.any()
    canvas.predict = sure_of_seven
    assert canvas._error == "" and canvas.exception is None and canvas.probabilities[7] == 1


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (np.ones(3), r"ten probabilities.*got shape \(3,\)"),
        (np.ones((2, 10)) / 10, r"got shape \(2, 10\)"),
        (np.arange(10), "softmax"),
        (np.full(10, np.nan), "not finite"),
        (None, "ten probabilities"),
    ],
)
def test_what_is_no_ten_probabilities_is_explained(result, words):
    canvas = draw.DigitCanvas(lambda x: result, strokes=STROKES)
    assert re.search(words, canvas._error)


def test_tensors_are_taken_too():
    class Tensor:
        def numpy(self):
            return np.eye(10)[[2]]

    assert ten_probabilities(Tensor())[2] == 1.0


def test_predict_must_be_a_function():
    with pytest.raises(
        TypeError, match=r"function that takes an array of shape \(1, 64\).*ndarray"
    ):
        draw.DigitCanvas(np.zeros(10))


def test_wrong_strokes_change_nothing():
    canvas = draw.DigitCanvas(sure_of_seven, strokes=STROKES)
    with pytest.raises(ValueError, match="stroke 0 must be"):
        canvas.strokes = [[1, 2, 3]]
    with pytest.raises(ValueError, match="at most 20000 points"):
        canvas.strokes = [[[0, 0]] * 20_001]
    assert canvas.strokes == STROKES


def test_the_state_makes_the_same_canvas_again():
    first = draw.DigitCanvas(sure_of_seven, strokes=STROKES)
    state = first.get_state()
    second = draw.DigitCanvas(sure_of_seven)
    second.set_state({"strokes": state["strokes"]})
    again = second.get_state()
    for name in ("strokes", "_image", "_probabilities", "_error", "size"):
        assert again[name] == state[name], name


def test_a_question_of_the_browser_is_answered():
    canvas = draw.DigitCanvas(sure_of_seven)
    canvas.set_state({"strokes": STROKES, "_asked": 5})
    assert canvas._answered == 5 and canvas.probabilities[7] == 1


def test_without_a_browser_it_says_what_it_needs():
    canvas = draw.DigitCanvas(sure_of_seven)
    assert "needs a running notebook" in repr(canvas)
    bundle = canvas._repr_mimebundle_()
    bundle = bundle[0] if isinstance(bundle, tuple) else bundle
    assert "needs a running notebook" in bundle["text/plain"]


def test_script_and_style_need_no_network():
    for name in ("canvas.js", "canvas.css"):
        text = (FILES / name).read_text(encoding="utf-8")
        assert not re.search(r"https?:|\bimport\b|\burl\(|\bfetch\b|innerHTML|\beval\b", text), name


def test_every_trait_of_the_script_exists():
    script = (FILES / "canvas.js").read_text(encoding="utf-8")
    used = set(re.findall(r'(?:get|set)\("(\w+)"|"change:(\w+)"', script))
    names = {a or b for a, b in used}
    assert names >= {"strokes", "_probabilities", "_error", "_asked", "_answered"}
    attributes = {"aria-label", "role"}  # of elements, set by the same words
    assert names - attributes <= set(draw.DigitCanvas(sure_of_seven).keys)


def test_the_script_parses(tmp_path):
    node = shutil.which("node")
    if node is None:
        pytest.skip("not run: node is not installed")
    copy = tmp_path / "canvas.mjs"  # the ending makes node read it as a module
    copy.write_bytes((FILES / "canvas.js").read_bytes())
    done = subprocess.run([node, "--check", copy], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_importing_draw_loads_nothing_heavy():
    code = (
        "import sys, diydl.draw; "
        "heavy = {'matplotlib', 'anywidget', 'IPython', 'sklearn'} & set(sys.modules); "
        "sys.exit(', '.join(heavy) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'DigitCanva'"):
        draw.DigitCanva  # noqa: B018


def test_a_page_without_a_kernel_gets_a_picture_of_the_canvas(monkeypatch):
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.delenv("VSCODE_PID", raising=False)
    shown = draw.DigitCanvas(sure_of_seven)._repr_mimebundle_()
    assert set(shown) == {"text/html", "text/plain"}
    assert "7 is the likeliest, 100%" in shown["text/html"]
    assert "open this chapter in JupyterLab" in shown["text/html"]


def test_the_picture_shows_what_was_drawn():
    seven = draw.DigitCanvas(sure_of_seven, strokes=STROKES).still().picture
    assert seven.count("<polyline") == 1 and 'points="47,19 94,19 66,131"' in seven
    assert seven.count("fill-opacity") == np.count_nonzero(draw.rasterise(STROKES))


def test_in_a_session_the_canvas_is_alive(monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", "notebook.ipynb")
    shown = draw.DigitCanvas(sure_of_seven)._repr_mimebundle_()
    shown = shown[0] if isinstance(shown, tuple) else shown
    assert "application/vnd.jupyter.widget-view+json" in shown
