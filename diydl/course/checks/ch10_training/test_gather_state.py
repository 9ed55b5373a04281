"""What `gather_state` must do."""

import numpy as np
import pytest

from diydl.course.compare import agree, note

pytestmark = pytest.mark.exercise("10/gather_state")


def found_in(drive, rng, epoch=2):
    """Run the driver; make sure of a dictionary."""
    x, y = (rng.normal(size=(5, n)).astype("float32") for n in (3, 2))
    found = drive("gathered", x, y, epoch)
    assert found["kind"] == "dict", f"expected a dictionary, found a {found['kind']}"
    return found


def agree_on_part(found, part):
    """Compare all arrays of one part."""
    for name, expected in found["expected"].items():
        if name.startswith(part):
            note(name in found["early"])
            assert name in found["early"], f"there is no {name!r} in what you return"
            agree(found["early"][name], expected, what=f"the array {name!r}")


@pytest.mark.points(2)
@pytest.mark.hint('everything of `model.state_dict()`, with "model/" before each name')
def test_model(drive, rng):
    """All that the model keeps, buffers included"""
    agree_on_part(found_in(drive, rng), "model/")


@pytest.mark.points(1)
@pytest.mark.hint('everything of `optimizer.state_dict()`, with "optimizer/" before each name')
def test_optimizer(drive, rng):
    """All that the optimizer keeps"""
    agree_on_part(found_in(drive, rng), "optimizer/")


@pytest.mark.points(1)
@pytest.mark.hint('`np.array(loader.epoch)` under "epoch"')
def test_epoch(drive, rng):
    """The epoch of the loader, as an array"""
    epoch = int(rng.integers(3, 90))
    found = found_in(drive, rng, epoch)
    note("epoch" in found["early"])
    assert "epoch" in found["early"], "there is no 'epoch' in what you return"
    agree(int(found["early"]["epoch"]), epoch, what="the epoch")
    kind = found["kinds"]["epoch"]
    note(kind)
    assert kind == "ndarray", f"'epoch' is a {kind}, expected an array: np.array(...)"


@pytest.mark.points(1)
@pytest.mark.hint("copies, which no later step writes into")
def test_later_steps(drive, rng):
    """What was gathered stays as it is when training goes on"""
    found = found_in(drive, rng)
    changed = [n for n, x in found["early"].items() if not np.array_equal(x, found["late"][n])]
    note(changed)
    assert not changed, f"after one more step {changed[0]!r} of what you returned is another array"
