"""Climbing: the picture changes, the net does not."""

import numpy as np

import diydl as dl
from diydl.engines.net.climb import climb


def climbing(start, slopes):
    net = dl.Net()
    picture = net.data(value=start, id="picture")
    weight = dl.Parameter(slopes, name="slopes")
    score = dl.sum(weight * picture) - dl.sum(picture * picture)
    net.add_loss(dl.sum(picture).rename("loss"))
    return net, picture, weight, score


def test_the_score_grows_and_only_the_picture_changes():
    start, slopes = np.array([0.5, 0.2, 0.9]), np.array([0.4, 1.2, 1.0])
    net, picture, weight, score = climbing(start.copy(), slopes)
    heights = climb(net, picture, score, steps=60, rate=0.1)
    assert heights == sorted(heights)
    assert len(heights) == 60
    np.testing.assert_allclose(picture.value, slopes / 2, atol=1e-4)  # the top of the parabola
    np.testing.assert_array_equal(weight.numpy(), slopes)


def test_the_picture_stays_within_paper_and_ink_and_is_an_input_again():
    net, picture, _, score = climbing(np.array([0.5, 0.5]), np.array([9.0, -9.0]))
    climb(net, picture, score, steps=4, rate=0.5)
    assert picture.value.tolist() == [1.0, 0.0]
    assert not picture.trained
    assert picture.state is None
