import base64
import json
import re
import shutil
import subprocess
import zlib

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest

from diydl import draw
from diydl.draw.live import in_session
from diydl.draw.live_widget import LiveWidget

BAR = '<svg viewBox="0 0 9 9"><rect width="{}" height="9"/></svg>'
CURVE_ALT = "A curve, a {kind} at rate {rate}."
ALT = "A bar of length {side} out of 9."


@pytest.fixture(autouse=True)
def no_windows(monkeypatch):
    matplotlib.use("Agg")
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.delenv("VSCODE_PID", raising=False)
    yield
    plt.close("all")


def bar(side):
    return BAR.format(side)


def curve(rate, kind):
    fig, ax = plt.subplots(figsize=(5, 3))
    ax.plot(np.sin(rate * np.arange(50)) if kind == "sine" else rate * np.arange(50))
    return fig


def unpacked(html):
    packed = re.search(r'class="frames">([^<]+)<', html)[1]
    everything = json.loads(zlib.decompress(base64.b64decode(packed)))
    pieces = everything["pieces"]
    return ["".join(pieces[k] for k in row) for row in everything["frames"]], everything["alts"]


def test_every_setting_is_in_the_page_with_its_own_text():
    figure = draw.live(bar, alt=ALT, side=[1, 5, 9])
    frames, alts = unpacked(figure._repr_html_())
    assert alts == [f"A bar of length {n} out of 9." for n in (1, 5, 9)]
    for n, frame in zip((1, 5, 9), frames, strict=True):
        assert f'width="{n}"' in frame and f"length {n} out" in frame


def test_frames_are_numbered_with_the_last_knob_fastest():
    seen = []
    figure = draw.live(
        lambda a, b: seen.append((a, b)) or bar(1),
        alt="A bar that stays. {a} {b}",
        a=[1, 2],
        b=[3, 4],
    )
    assert [figure.values(k) for k in range(4)] == [
        {"a": 1, "b": 3},
        {"a": 1, "b": 4},
        {"a": 2, "b": 3},
        {"a": 2, "b": 4},
    ]
    assert seen == [(1, 3)]  # the others are drawn when they are needed
    assert len(list(figure)) == len(figure) == len(seen) == 4
    figure._repr_html_()
    assert len(seen) == 4  # and only once


def test_sliders_are_labelled_and_say_their_value():
    html = draw.live(
        bar, alt=ALT, side=draw.knob((1, 9, 9), label="length", unit="cm", start=4)
    )._repr_html_()
    slider = re.search(r"<input[^>]*>", html)[0]
    for part in (
        'type="range"',
        'min="0" max="8" step="1" value="3"',
        'aria-label="length"',
        'aria-valuetext="4 cm"',
        'data-lm-suppress-shortcuts="true"',
    ):
        assert part in slider
    assert "<output>4 cm</output>" in html


def test_knobs_start_together_where_each_says():
    last = draw.knob([1, 2, 3], start=3)
    figure = draw.live(lambda a, b: bar(a), alt="A bar for {a} and also {b}.", a=last, b=last)
    assert figure.values(figure.first) == {"a": 3, "b": 3}
    assert "A bar for 3 and also 3." in repr(figure)


def test_words_are_chosen_from_a_list():
    html = draw.live(curve, alt=CURVE_ALT, rate=[1, 2], kind=["sine", "line"])
    assert '<select aria-label="kind"' in html._repr_html_()
    assert "<option selected>sine</option><option>line</option>" in html._repr_html_()


def test_the_first_frame_stands_in_the_page_without_script():
    html = draw.live(bar, alt=ALT, side=draw.knob([1, 5, 9], start=5))._repr_html_()
    frame = re.search(r'<div class="frame">(.*?)</div>', html, re.DOTALL)[1]
    assert 'width="5"' in frame and 'aria-label="A bar of length 5 out of 9."' in frame
    assert '<fieldset class="knobs" disabled' in html  # the script enables them
    assert "@media print" in html


def test_the_page_needs_no_network():
    html = draw.live(curve, alt=CURVE_ALT, rate=[1, 2], kind=["sine", "line"])
    frames, _ = unpacked(html._repr_html_())
    assert not re.search("https?:", html._repr_html_() + "".join(frames))
    assert "src=" not in html._repr_html_()


def test_figures_of_matplotlib_are_small_in_a_page_and_closed():
    figure = draw.live(curve, alt=CURVE_ALT, rate=(0.1, 2, 10), kind=["sine", "line"])
    frames, _ = unpacked(figure._repr_html_())
    assert len(set(frames)) == 20
    assert len(figure._repr_html_()) < 20 * 10_000  # sixty stay below 600 kB
    assert not plt.get_fignums()
    assert all('role="img"' in frame for frame in frames)


def test_many_strokes_become_pixels():
    def cloud(seed):
        fig, ax = plt.subplots(figsize=(4, 3))
        ax.scatter(*np.random.default_rng(seed).normal(size=(2, 5000)), c=range(5000))
        return fig

    frames, _ = unpacked(
        draw.live(cloud, alt="A cloud, with a seed of {seed}.", seed=[1, 2])._repr_html_()
    )
    assert all("data:image/png;base64," in f and 'alt="A cloud, with' in f for f in frames)
    assert max(map(len, frames)) < 120_000


def test_figures_keep_their_own_text_and_data():
    def history(epochs):
        return draw.training_curve({"loss": [1 / k for k in range(1, epochs + 1)]})

    figure = draw.live(history, epochs=[2, 4])
    frames, alts = unpacked(figure._repr_html_())
    assert "epochs 1 to 4" in alts[1]
    assert "Data of this figure" in frames[1] and "<td>0.25</td>" in frames[1]


def test_graphs_can_be_live():
    import diydl as dl

    def steps(count):
        y = dl.Parameter([0.5], name="w")
        for _ in range(count):
            y = dl.tanh(y)
        return draw.graph(y, layout="own")

    frames, alts = unpacked(draw.live(steps, count=[1, 2])._repr_html_())
    assert "Graph: 3 nodes" in alts[1] and "<svg" in frames[1]


def test_data_are_a_table_for_each_frame():
    figure = draw.live(bar, alt=ALT, side=[1, 5], data=lambda side: {"side": [side]})
    assert "<td>5</td>" in figure[1].html


def test_alt_text_may_be_a_function_and_must_be_there():
    figure = draw.live(bar, alt=lambda side: f"Function says that it is {side}.", side=[1, 5])
    assert figure[1].alt == "Function says that it is 5."
    with pytest.raises(ValueError, match="a live figure needs alt text"):
        draw.live(bar, side=[1, 5])
    with pytest.raises(ValueError, match="at least 20 characters"):
        draw.live(bar, alt="{side}", side=[1, 5])


def test_repr_is_the_text_of_the_first_frame_and_the_knobs():
    figure = draw.live(curve, alt=CURVE_ALT, rate=(0.1, 1.1, 12), kind=["sine", "line"])
    assert (
        repr(figure) == "A curve, a sine at rate 0.1.\nKnobs: rate (0.1 to 1.1); kind (sine, line)."
    )


def test_an_error_in_one_frame_is_shown_there():
    def fragile(side):
        if side == 5:
            raise ZeroDivisionError("<by zero>")
        return bar(side)

    figure = draw.live(fragile, alt=ALT, side=[1, 5, 9])
    frames, _ = unpacked(figure._repr_html_())
    assert "No picture for side = 5: ZeroDivisionError: &lt;by zero&gt;" in frames[1]
    assert "<svg" in frames[2]
    assert figure.errors == ["No picture for side = 5: ZeroDivisionError: <by zero>"]


def test_an_error_in_the_first_frame_is_raised_with_its_setting():
    with pytest.raises(KeyError) as caught:
        draw.live(lambda side: {}[side], alt=ALT, side=[1, 5])
    assert caught.value.__notes__ == ["in the first frame of the live figure, {'side': 1}"]


def test_a_function_that_returns_nothing_is_told_so():
    with pytest.raises(TypeError, match="got NoneType; does it end with `return fig`"):
        draw.live(lambda side: None, alt=ALT, side=[1, 5])


def test_too_many_frames_are_refused_with_their_number():
    with pytest.raises(ValueError, match=r"a 30 × b 40 = 1,200 frames, at most 200 fit"):
        draw.live(lambda a, b: bar(a), alt="A bar of {a} and {b}.", a=(1, 30, 30), b=(1, 40, 40))


def test_too_many_bytes_are_refused_with_their_number():
    def noise(seed):
        pixels = base64.b64encode(np.random.default_rng(seed).bytes(400_000)).decode()
        return f'<svg><image href="data:image/png;base64,{pixels}"/></svg>'

    figure = draw.live(noise, alt="Nothing but noise, seed {seed}.", seed=[1, 2, 3, 4])
    with pytest.raises(ValueError, match=r"4 frames take \d,\d{3},\d{3} bytes, more than the 1,5"):
        figure._repr_html_()


def test_what_is_no_function_and_no_knob():
    with pytest.raises(TypeError, match="takes a function that draws, got str"):
        draw.live("bar", alt=ALT, side=[1, 5])
    with pytest.raises(ValueError, match="needs a knob"):
        draw.live(bar, alt=ALT)


def test_in_a_session_python_draws_what_is_asked_for(monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", "a.ipynb")
    assert in_session()
    drawn = []
    figure = draw.live(lambda side: drawn.append(side) or bar(side), alt=ALT, side=(1, 9, 40))
    bundle = figure._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert (
        'class="frames"' not in bundle["text/html"]
        and "open it in JupyterLab" in bundle["text/html"]
    )
    assert len(drawn) == 1
    widget = figure.widget()
    widget._asked = 39
    assert widget._frame[0] == 39 and widget._frame[2] == "A bar of length 9 out of 9."
    assert len(drawn) == 2


def test_few_frames_travel_in_the_page_even_in_a_session(monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", "a.ipynb")
    bundle = draw.live(bar, alt=ALT, side=[1, 5])._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}


def test_without_a_session_all_frames_travel():
    bundle = draw.live(bar, alt=ALT, kernel=True, side=(1, 9, 40))._repr_mimebundle_()
    frames, _ = unpacked(bundle["text/html"])
    assert len(frames) == 40


def test_beyond_the_limit_a_page_shows_the_first_frame():
    figure = draw.live(bar, alt=ALT, kernel=True, side=(1, 9, 500))
    assert "The knobs work in a running notebook" in figure._repr_html_()


def test_the_script_is_valid(tmp_path):
    node = shutil.which("node")
    if node is None:
        pytest.skip("not run: node is not installed")
    html = draw.live(bar, alt=ALT, side=[1, 5])._repr_html_()
    script = tmp_path / "live.js"
    script.write_text(re.search(r"<script>(.*?)</script>", html, re.DOTALL)[1])
    subprocess.run([node, "--check", str(script)], check=True)
    module = tmp_path / "widget.mjs"
    module.write_text(str(LiveWidget._esm))
    subprocess.run([node, "--check", str(module)], check=True)
