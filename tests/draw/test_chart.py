import numpy as np
import pytest

from diydl import draw


def html_of(figure):
    return figure._repr_html_()


def test_digit_grid_names_what_is_wrong():
    figure = draw.digit_grid(np.zeros((3, 8, 8)), labels=[0, 8, 2], predictions=[0, 3, 2])
    assert repr(figure).endswith("2 of 3 are recognised; wrong: an 8 taken for 3.")
    assert "<td>8</td><td>3</td>" in html_of(figure)


def test_digit_grid_without_labels_and_with_one_image():
    assert repr(draw.digit_grid(np.zeros((1, 64)))) == "1 picture of digits, without labels."


def test_digit_grid_draws_as_many_frames_as_images(monkeypatch):
    from matplotlib.axes import Axes

    shown = []
    monkeypatch.setattr(Axes, "imshow", lambda self, image, **look: shown.append(image.copy()))
    images = np.arange(12 * 64).reshape(12, 64)
    draw.digit_grid(images, columns=5)
    np.testing.assert_array_equal(np.reshape(shown, (12, 64)), images)


@pytest.mark.parametrize("shape", [(64,), (3, 63), (0, 8, 8), (2, 2, 8, 8)])
def test_digit_grid_says_which_shapes_it_takes(shape):
    with pytest.raises(ValueError, match=r"\(N, 64\) or \(N, H, W\)"):
        draw.digit_grid(np.zeros(shape))


def test_digit_grid_wants_a_label_for_each_image():
    with pytest.raises(ValueError, match="expected 2 labels, one for each image, got 3"):
        draw.digit_grid(np.zeros((2, 64)), labels=[1, 2, 3])


def test_probability_bars_say_the_three_best():
    p = np.array([[0.01, 0, 0, 0.02, 0.9, 0, 0, 0, 0, 0.07]])
    figure = draw.probability_bars(p)
    assert "4 has 90 %, 9 has 7 %, 3 has 2 %" in repr(figure)
    assert "<td>4</td><td>0.9</td>" in html_of(figure)


def test_probability_bars_want_ten():
    with pytest.raises(ValueError, match="ten probabilities.*got 3"):
        draw.probability_bars([1, 0, 0])


def test_training_curve_says_where_it_began_and_ended():
    history = {"epoch": [0, 1], "loss": [2.3, 0.25], "test accuracy": [0.1, 0.955]}
    figure = draw.training_curve(history)
    assert "epochs 0 to 1: loss from 2.3 to 0.25; test accuracy from 10 % to 96 %" in repr(figure)
    assert "<td>1</td><td>0.25</td><td>0.955</td>" in html_of(figure)


@pytest.mark.parametrize("history", [{}, {"loss": []}, {"loss": [1], "accuracy": [0.5, 0.6]}])
def test_training_curve_wants_equal_columns(history):
    with pytest.raises(ValueError, match="columns of equal length"):
        draw.training_curve(history)


def test_alt_text_can_be_given():
    words = "The network is sure that this is a nine."
    assert repr(draw.probability_bars(np.eye(10)[9], alt=words)) == words


def test_pyplot_is_not_touched():
    import matplotlib.pyplot as plt

    draw.probability_bars(np.eye(10)[9])
    assert not plt.get_fignums()
