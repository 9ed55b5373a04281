import numpy as np
import pytest

import diydl as dl
from diydl.backend import CPU, device
from diydl.ops.device import move


def test_moving_to_where_it_is_returns_the_array():
    x = np.ones(3)
    assert move(x, source=CPU, target=CPU) is x


@pytest.mark.gpu
def test_the_gradient_travels_back():
    x = dl.tensor([1.0, 2.0], requires_grad=True)
    there = x.to("cuda")
    assert there.device == device("cuda")
    (there * there).sum().backward()
    assert x.grad.device == CPU
    assert x.grad.tolist() == [2, 4]


@pytest.mark.gpu
def test_two_devices_in_one_operation_are_named():
    with pytest.raises(ValueError, match=r"add: operands on different devices.*\.to\(device\)"):
        dl.add(dl.tensor([1.0]), dl.tensor([1.0]).to("cuda"))
