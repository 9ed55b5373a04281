"""Inputs to try each primitive with: the tests of every engine go through this table.

A primitive without a case fails a test. Inputs are float64 and come from a seeded generator; they
keep away from kinks and ties, where a derivative by small steps means nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from diydl.backend import CPU


@dataclass(frozen=True)
class Case:
    """One call of a primitive: its name, what makes its arrays, and its parameters."""

    name: str
    make: Callable
    params: dict = field(default_factory=dict)
    note: str = ""

    def inputs(self, seed=0):
        """Return fresh arrays.

        Examples
        --------
        >>> CASES["exp"][0].inputs()[0].shape
        (3, 4)
        """
        return self.make(np.random.default_rng(seed))

    def __str__(self):
        return f"{self.name}-{self.note}" if self.note else self.name


def normal(random, shape):
    """Standard normal numbers."""
    return np.asarray(random.normal(size=shape))


def positive(random, shape):
    """Numbers from 0.3 to 3."""
    return np.asarray(random.uniform(0.3, 3, size=shape))


def away(random, shape):
    """Numbers of both signs, at least 0.3 away from 0."""
    return np.asarray(random.choice([-1.0, 1.0], size=shape) * random.uniform(0.3, 2, size=shape))


def share(random, shape):
    """Numbers from 0.1 to 0.9."""
    return np.asarray(random.uniform(0.1, 0.9, size=shape))


def distinct(random, shape):
    """Numbers no two of which are closer than 0.1."""
    return np.asarray(random.permutation(np.prod(shape, dtype=int)) * 0.1 - 0.35).reshape(shape)


def truth(random, shape):
    """Booleans."""
    return np.asarray(random.random(shape) < 0.5)


def below(size):
    """Maker of integers from -size to size - 1: valid indices of an axis of that size."""
    return lambda random, shape: np.asarray(random.integers(-size, size, shape))


def classes(size):
    """Maker of integers from 0 to size - 1."""
    return lambda random, shape: np.asarray(random.integers(0, size, shape))


def key(random, shape):
    """Key of a random draw."""
    return np.array([3, 5, 7], np.uint64)


ONE = [(3, 4), (), (1,), (0, 3), (2, 1, 3)]
TWO = [
    ((3, 4), (3, 4)),
    ((3, 4), (4,)),
    ((3, 1), (1, 4)),
    ((), (2, 3)),
    ((2, 3), ()),
    ((), ()),
    ((0, 3), (1, 3)),
    ((2, 1, 3), (4, 1)),
]
PRODUCTS = [
    ((2, 3), (3, 4)),
    ((3,), (3,)),
    ((2, 3), (3,)),
    ((3,), (3, 4)),
    ((5, 2, 3), (3,)),
    ((3,), (5, 3, 4)),
    ((5, 2, 3), (3, 4)),
    ((2, 3), (5, 3, 4)),
    ((5, 2, 3), (5, 3, 4)),
    ((2, 1, 2, 3), (5, 3, 4)),
    ((1, 2, 3), (5, 3, 4)),
    ((0, 3), (3, 4)),
    ((2, 0), (0, 4)),
    ((1, 1), (1, 1)),
]
REDUCTIONS = [
    ((3, 4), {}),
    ((3, 4), {"axis": 0}),
    ((3, 4), {"axis": 1}),
    ((3, 4), {"axis": -1, "keepdims": True}),
    ((2, 3, 4), {"axis": (0, 2)}),
    ((2, 3, 4), {"axis": (-1, 0), "keepdims": True}),
    ((1, 3), {"axis": 0}),
    ((), {}),
    ((0, 3), {"axis": 1}),
]
INDICES = [
    ((3, 4), 1),
    ((3, 4), (slice(None), -1)),
    ((3, 4), (slice(0, 2), slice(None, None, 2))),
    ((3, 4), (slice(None, None, -1),)),
    ((2, 3, 4), (..., None, 0)),
    ((3,), (slice(1, 1),)),
    ((3,), ()),
    ((3,), 2),
]
SUBSCRIPTS = [
    ("ij,jk->ik", (2, 3), (3, 4)),
    ("ij,kj", (2, 3), (4, 3)),
    ("bij,bjk->bik", (5, 2, 3), (5, 3, 4)),
    ("i,j->ij", (2,), (3,)),
    ("ij->ji", (2, 3)),
    ("ij->", (2, 3)),
    ("ij->j", (2, 3)),
    ("i,i->", (3,), (3,)),
    ("...ij,...jk->...ik", (5, 2, 3), (3, 4)),
    ("...i,i", (2, 5, 3), (3,)),
    ("ij,jk,kl->il", (2, 3), (3, 4), (4, 2)),
    ("ii->i", (3, 3)),
    ("ii", (3, 3)),
    ("iji,j->i", (3, 2, 3), (2,)),
    ("iiijj->ji", (2, 2, 2, 3, 3)),
    ("ij,jk->k", (2, 3), (3, 4)),
    ("ij,ij->j", (1, 3), (2, 3)),
    ("i,->i", (3,), ()),
]


def _makers(makers, shapes):
    def make(random):
        return [m(random, s) for m, s in zip(makers, shapes, strict=True)]

    return make


def _case(name, makers, shapes, **params):
    words = [str(s).replace(" ", "") for s in shapes]
    words += [f"{k}={v}".replace(" ", "") for k, v in params.items()]
    return Case(name, _makers(makers, shapes), params, "-".join(words))


def _unary():
    smooth = "exp expm1 sin cos tanh sigmoid erf neg identity stop_gradient silu softplus "
    smooth += "gelu_erf gelu_erf_slope gelu_tanh gelu_tanh_slope check_finite"
    makers = dict.fromkeys(smooth.split(), normal)
    makers |= dict.fromkeys(["log", "log1p", "sqrt", "rsqrt"], positive)
    makers |= dict.fromkeys(["abs", "sign"], away)
    for name, maker in makers.items():
        yield from (_case(name, [maker], [shape]) for shape in ONE)
    for shape in ONE:
        yield _case("cast", [normal], [shape], dtype="float64")
        yield _case("move", [normal], [shape], source=CPU, target=CPU)
        yield _case("clip", [distinct], [shape], min=-0.1, max=0.43)
    yield _case("cast", [normal], [(3,)], dtype="int64")
    yield _case("clip", [distinct], [(3, 4)], min=0.02)
    yield _case("clip", [distinct], [(3, 4)], max=0.02)


def _binary():
    makers = {"add": (normal, normal), "sub": (normal, normal), "mul": (normal, normal)}
    makers |= {"div": (normal, away), "pow": (positive, normal)}
    makers |= dict.fromkeys(["maximum", "minimum"], (normal, normal))
    makers |= dict.fromkeys(["prelu", "elu"], (away, normal))
    comparisons = "equal not_equal less less_equal greater greater_equal"
    makers |= dict.fromkeys(comparisons.split(), (classes(3), classes(3)))
    for name, pair in makers.items():
        yield from (_case(name, pair, shapes) for shapes in TWO)
    for shapes in [((3, 4),) * 3, ((3, 1), (4,), ()), ((), (3,), (3,)), ((0,), (0,), (1,))]:
        yield _case("where", (truth, normal, normal), shapes)


def _shape():
    for shape, new in [((2, 6), (3, 4)), ((2, 6), (-1, 3)), ((), (1, 1)), ((0, 3), (3, 0))]:
        yield _case("reshape", [normal], [shape], shape=new)
    for shape, axes in [((2, 3), None), ((2, 3, 4), (2, 0, 1)), ((2, 3, 4), (-2, -1, 0)), ((), ())]:
        yield _case("transpose", [normal], [shape], axes=axes)
    for small, big in [((3,), (2, 3)), ((2, 1), (2, 3)), ((), (2, 2)), ((1, 3), (0, 3))]:
        yield _case("broadcast_to", [normal], [small], shape=big)
        yield _case("sum_to", [normal], [big], shape=small)
    yield _case("sum_to", [normal], [(2, 3)], shape=(2, 3))
    for shape, index in INDICES:
        yield _case("getitem", [normal], [shape], index=index)
        cut = np.zeros(shape)[index].shape
        yield _case("getitem_grad", [normal], [cut], index=index, shape=shape)
    for shape, axis in [((1, 3, 1), None), ((1, 3, 1), 0), ((1, 3, 1), (0, -1)), ((1,), None)]:
        yield _case("squeeze", [normal], [shape], axis=axis)
    for shape, axis in [((2, 3), 0), ((2, 3), -1), ((2, 3), (0, 2)), ((), 0)]:
        yield _case("expand_dims", [normal], [shape], axis=axis)


def _join():
    for axis, *shapes in [
        (0, (2, 3), (1, 3)),
        (1, (2, 3), (2, 0), (2, 4)),
        (-1, (2, 3), (2, 1)),
        (0, (3,)),
    ]:
        yield _case("concat", [normal] * len(shapes), shapes, axis=axis)
    for axis, *shapes in [
        (0, (2, 3), (2, 3)),
        (-1, (2, 3), (2, 3), (2, 3)),
        (1, (2,)),
        (0, (), ()),
    ]:
        yield _case("stack", [normal] * len(shapes), shapes, axis=axis)
    for width in [1, (0, 2), ((1, 0), (2, 3)), 0]:
        yield _case("pad", [normal], [(2, 3)], pad_width=width, value=1.5)
    yield _case("pad", [normal], [(0,)], pad_width=1)


def _reduce():
    for shape, params in REDUCTIONS:
        for name in ["sum", "mean"]:
            yield _case(name, [normal], [shape], **params)
        yield _case("var", [normal], [shape], **params)
        for name in ["max", "min"]:
            yield _case(name, [distinct], [shape], **params)
        if not isinstance(params.get("axis"), tuple):
            yield _case("argmax", [distinct], [shape], **params)
    yield _case("sum", [normal], [(0, 3)], axis=0)
    yield _case("var", [normal], [(3, 4)], axis=0, correction=1)
    for shape, axis in [((3, 4), 0), ((3, 4), -1), ((1, 3), 0), ((0, 3), 0)]:
        for reverse in (False, True):
            yield _case("cumsum", [normal], [shape], axis=axis, reverse=reverse)


def _products():
    for shapes in PRODUCTS:
        yield _case("matmul", (normal, normal), shapes)
    for rows in [(2, 3), (3,), (2, 5, 3), (0, 3), (2, 0, 3)]:
        yield _case("project", (normal, normal), (rows, (4, 3)))
        yield _case("affine", (normal, normal, normal), (rows, (4, 3), (4,)))
    for subscripts, *shapes in SUBSCRIPTS:
        yield _case("einsum", [normal] * len(shapes), shapes, subscripts=subscripts)


def _indexing():
    for shape, indices, axis in [
        ((3, 4), (5,), 0),
        ((3, 4), (2, 5), 1),
        ((2, 3, 4), (), -2),
        ((3,), (0,), 0),
        ((3, 2), (5,), 0),
    ]:
        size, taken = shape[axis], np.take(np.zeros(shape), np.zeros(indices, int), axis).shape
        yield _case("take", (normal, below(size)), (shape, indices), axis=axis)
        yield _case(
            "take_grad", (normal, below(size)), (taken, indices), axis=axis % len(shape), size=size
        )
        yield _case(
            "scatter_add", (normal, below(size), normal), (shape, indices, taken), axis=axis
        )
    yield _case("take", (normal, classes(3)), ((3, 4), (2, 5)), wrap=False)
    for shape in [(3,), (2, 3), (), (0,)]:
        yield _case("one_hot", [classes(4)], [shape], classes=4)
    yield _case("ravel_index", (below(3), below(4)), [(2, 1), (5,)], shape=(3, 4))


def _losses():
    for rows in [(3,), (2, 3), (), (0,)]:
        yield _case("softmax_cross_entropy", (normal, classes(4)), ((*rows, 4), rows))
    for shapes in TWO:
        yield _case("sigmoid_cross_entropy", (normal, share), shapes)
        yield _case("bernoulli_cross_entropy", (share, share), shapes)


def _random():
    for shape in [(3, 4), (), (0, 2)]:
        yield _case("random_uniform", [key], [(3,)], shape=shape, low=-1.0, high=2.0)
        yield _case("random_normal", [key], [(3,)], shape=shape, mean=1.0, std=2.0)
        yield _case("random_bernoulli", [key], [(3,)], shape=shape, p=0.3)
        yield _case("dropout_mask", [key], [(3,)], shape=shape, p=0.3)


def counts(random, shape):
    """A number of runs so far."""
    return np.asarray(random.integers(0, 5, shape))


def _modal():
    for training in (True, False):
        for shape in [(3, 4), (), (0, 3), (2, 1, 5)]:
            for inverted in (True, False):
                options = {"p": 0.4, "inverted": inverted, "training": training}
                yield _case("dropout", (normal, key), (shape, (3,)), **options)
            yield _case("in_training", [normal], [shape], training=training)
        for shape in [(3,), ()]:
            yield _case("advance", [counts], [shape], training=training)
        for shared in [(1, 2), (-1,), (0, 1, 2)]:
            shapes, options = ((4, 3, 2), (3,)), {"p": 0.4, "training": training}
            yield _case("dropout", (normal, key), shapes, shared=shared, **options)
        for p in (0, 1):
            yield _case("dropout", (normal, key), ((5,), (3,)), p=p, training=training)
        for momentum in (0.1, None):
            options = {"momentum": momentum, "examples": 5, "training": training}
            shapes = ((3,), (3,), ())
            yield _case("moving_average", (normal, normal, counts), shapes, **options)
            shapes = ((3,), (2, 3), ())
            yield _case("moving_average", (normal, normal, counts), shapes, row=1, **options)
        for shape in [(4, 3), (2, 1), (2, 3, 4), (1, 2, 3), (2, 2, 2, 3)]:
            makers, shapes = (normal, normal, positive), (shape, shape[1:2], shape[1:2])
            yield _case("batch_statistics", makers, shapes, training=training)
        for shape in [(4, 3), (0, 2), (2, 3, 4)]:
            yield _case(
                "map_in_training", (normal,) * 3, (shape, shape[1:2], shape[1:2]), training=training
            )
    for shape in [(4, 3), (1, 2), (0, 2), (2, 3, 4), (2, 2, 2, 3)]:
        one = shape[1:2]
        yield _case("scale_shift", (normal,) * 3, (shape, one, one))
        yield _case("channel_dot", (normal,) * 3, (shape, shape, one))
        makers = (normal, positive, normal, normal)
        yield _case("batch_norm", makers, (shape, (2, *one), one, one), eps=0.1)

    for shape, axes in [((4, 3), 1), ((3,), 1), ((2, 3, 4), 2), ((2, 5, 3), 1), ((0, 3), 1)]:
        lead, row = shape[:-axes], shape[-axes:]
        yield _case("row_statistics", [normal], [shape], axes=axes, eps=0.1)
        for w, b in [(row, row), ((), ()), (row, ())]:
            makers, shapes = (normal, positive, normal, normal), (shape, (2, *lead), w, b)
            yield _case("layer_norm", makers, shapes, axes=axes)


CASES = {}
for _group in (
    _unary,
    _binary,
    _shape,
    _join,
    _reduce,
    _products,
    _indexing,
    _losses,
    _random,
    _modal,
):
    for _one in _group():
        CASES.setdefault(_one.name, []).append(_one)
