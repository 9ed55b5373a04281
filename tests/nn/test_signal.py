"""What theory says of signal and gradient in deep chains, measured."""

import numpy as np
import pytest

from tests.nn.signal import ACTIVATIONS, BEGINNINGS, propagate

SMALL = {"depth": 20, "width": 128}


def ends(beginning, activation, **sizes):
    signal, gradient = propagate(beginning, activation, **(SMALL | sizes))
    return signal[-1] / signal[0], gradient[0] / gradient[-1]


def test_each_layer_has_its_entry():
    signal, gradient = propagate("He", "relu", depth=7, width=16)
    assert len(signal) == len(gradient) == 8
    assert gradient[-1] == pytest.approx(1, abs=0.2)


@pytest.mark.parametrize("activation", ["linear", "relu"])
def test_a_gain_that_fits_keeps_signal_and_gradient(activation):
    for ratio in ends("He, gain", activation):
        assert 0.2 < ratio < 5


@pytest.mark.parametrize("activation", ["gelu", "silu"])
def test_the_gain_of_a_bent_function_holds_for_a_layer_only(activation):
    """It keeps a mean square of 1, but a little more is amplified: in the end it explodes."""
    signal, _ = propagate("He, gain", activation, **SMALL)
    assert 0.8 < signal[1] < 1.25
    assert signal[-1] > 3


def test_orthogonal_layers_keep_a_linear_signal_exactly():
    assert ends("orthogonal", "linear") == (pytest.approx(1), pytest.approx(1))


def test_what_is_halved_each_time_vanishes():
    """Xavier before ReLU loses half of the mean square in each layer, there and back."""
    for ratio in ends("Xavier", "relu"):
        assert np.log2(ratio) == pytest.approx(-20, abs=3)
    for ratio in ends("1/sqrt(in)", "linear"):
        assert np.log(ratio) / np.log(3) == pytest.approx(-20, abs=2)


def test_what_is_too_large_explodes_and_zero_stays():
    assert ends("random 1", "relu")[0] > 1e30
    assert ends("zero", "tanh") == (0, 0)


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_every_pair_is_measured(beginning):
    for activation in ACTIVATIONS:
        signal, gradient = propagate(beginning, activation, depth=3, width=20, batch=4)
        assert np.isfinite([*signal, *gradient]).all()
