"""What `held` must do: the full contract of the library's."""

import pytest

from diydl.course.compare import agree, note

pytestmark = pytest.mark.exercise("07/held")


def same(found, expected):
    """Compare pairs of a name and a kind, and say what differs."""
    note(found)
    names, wanted = [name for name, _ in found], [name for name, _ in expected]
    assert names == wanted, f"expected the names {wanted}, found {names}"
    assert found == expected, f"expected {expected}, found {found}"


@pytest.mark.points(1)
@pytest.mark.hint("parameters, buffers and modules, each under the name of its attribute")
def test_attributes(drive):
    """Parameters, buffers and modules among the attributes, in order"""
    spec = {"w": "parameter", "size": 3, "layer": "layer", "mode": "fast", "count": "buffer"}
    same(
        drive("found", spec),
        [["w", "Parameter"], ["layer", "Sequential"], ["count", "Buffer"]],
    )


@pytest.mark.points(2)
@pytest.mark.hint("a list, tuple or dictionary is looked into, however deep, and names join up")
def test_containers(drive):
    """In lists, tuples and dictionaries, also inside one another"""
    spec = {
        "blocks": ["list", "layer", ["parameter", "layer"]],
        "heads": {"left": "layer", "deep": {"right": ["list", 5, "parameter"]}},
    }
    same(
        drive("found", spec),
        [
            ["blocks.0", "Sequential"],
            ["blocks.1.0", "Parameter"],
            ["blocks.1.1", "Sequential"],
            ["heads.left", "Sequential"],
            ["heads.deep.right.1", "Parameter"],
        ],
    )


@pytest.mark.points(1)
@pytest.mark.hint("put the given name and a dot before the keys; without a name, no dot")
def test_a_given_name(drive):
    """A container that is no module, with a name of its own"""
    same(
        drive("found", ["list", "parameter", ["list", "bend"]], "list", "net"),
        [["net.0", "Parameter"], ["net.1.0", "Tanh"]],
    )
    same(drive("found", {"a": "bend"}, "dict"), [["a", "Tanh"]])


@pytest.mark.points(1)
@pytest.mark.hint("ask a module for its `contents()`, and yield the objects themselves")
def test_contents(drive):
    """A module is asked for its contents; objects are handed out as they are"""
    agree(".".join(drive("found_in_sequential")), "0.1", what="the names in a Sequential, joined,")
    agree(all(drive("same_objects")), True, what="whether the objects themselves are yielded")
