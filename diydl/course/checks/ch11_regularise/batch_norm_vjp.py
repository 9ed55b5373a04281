"""11/batch_norm_vjp: the way back through a batch norm, given its statistics."""

import numpy as np

import diydl as dl
from diydl.course.bank import Code
from diydl.ops.channel import along, others
from diydl.ops.norm import batch_norm_vjp as reference

exercise = Code(
    "11/batch_norm_vjp",
    "The way back through a batch norm",
    reference,
    hints=(
        "Write the map for one channel as `out = (x - mean) * root * weight + bias`. How fast "
        "does `out` change with each of the letters?",
        "Each operand that is one number for a channel was used for all of its numbers, so what "
        "comes back for it is a sum over `axes`. `root` is a power of the variance: "
        "(var + eps) to the power of -1/2.",
        "1. bias: the sum of `g` over `axes`.\n"
        "2. weight: the sum of `g` times the normalised `x`, which is `centred` times root.\n"
        "3. x: `g` times scale, along the channels.\n"
        "4. mean: like x, with the sign turned, and summed.\n"
        "5. variance: the derivative of root is -1/2 times root to the power of 3; times weight, "
        "times the sum of `g * centred`.",
    ),
)


@exercise.driver
def on_the_tape(pieces, x, weight, g, h):
    """Derivative, with respect to the weight, of what comes back for x, along `h`."""
    channels = weight.size
    statistics = np.stack([np.zeros(channels), np.full(channels, 0.75)])
    x, weight = (dl.tensor(v, requires_grad=True) for v in (x, weight))
    out = dl.batch_norm(x, statistics, weight, np.zeros(channels), eps=0.25)
    (out * out * g).sum().backward(create_graph=True)
    first = x.grad.numpy()
    (x.grad * h).sum().backward()
    return {"first": first, "second": weight.grad.numpy()}


def _parts(g, x, statistics, weight, eps):
    axes = others(x.ndim)
    mean, root = statistics[0], dl.rsqrt(statistics[1] + eps)
    centred = x - along(mean, x.ndim)
    return axes, root, weight * root, centred


@exercise.mistake(
    "What comes back for `x` lacks the factor root: `x` was multiplied by root and by weight."
)
def x_without_root(g, out, x, statistics, weight, bias, *, eps):
    axes, root, scale, centred = _parts(g, x, statistics, weight, eps)
    to_bias = dl.sum(g, axis=axes)
    to_weight = dl.sum(g * centred, axis=axes) * root
    to_statistics = dl.stack(-scale * to_bias, -0.5 * scale * root * to_weight, axis=0)
    return g * along(weight, x.ndim), to_statistics, to_weight, to_bias


@exercise.mistake(
    "The weight was multiplied with the *normalised* x, not with x itself: subtract the mean and "
    "multiply by root."
)
def weight_of_raw_x(g, out, x, statistics, weight, bias, *, eps):
    axes, root, scale, centred = _parts(g, x, statistics, weight, eps)
    to_bias, inside = dl.sum(g, axis=axes), dl.sum(g * centred, axis=axes)
    to_statistics = dl.stack(-scale * to_bias, -0.5 * scale * root * root * inside, axis=0)
    return g * along(scale, x.ndim), to_statistics, dl.sum(g * x, axis=axes), to_bias


@exercise.mistake(
    "The mean is *subtracted*: when it grows, `out` falls. Turn the sign of what comes back for it."
)
def mean_added(g, out, x, statistics, weight, bias, *, eps):
    axes, root, scale, centred = _parts(g, x, statistics, weight, eps)
    to_bias = dl.sum(g, axis=axes)
    to_weight = dl.sum(g * centred, axis=axes) * root
    to_statistics = dl.stack(scale * to_bias, -0.5 * scale * root * to_weight, axis=0)
    return g * along(scale, x.ndim), to_statistics, to_weight, to_bias


@exercise.mistake(
    "The derivative of (var + eps) to the power of -1/2 begins with the factor -1/2, and yours "
    "with -1."
)
def forgets_the_half(g, out, x, statistics, weight, bias, *, eps):
    axes, root, scale, centred = _parts(g, x, statistics, weight, eps)
    to_bias = dl.sum(g, axis=axes)
    to_weight = dl.sum(g * centred, axis=axes) * root
    to_statistics = dl.stack(-scale * to_bias, -1.0 * scale * root * to_weight, axis=0)
    return g * along(scale, x.ndim), to_statistics, to_weight, to_bias


@exercise.mistake(
    "You send nothing to the statistics. But in training they are made of `x` too: with zeros here "
    "the network believes that it can move a whole channel, though the norm takes that back at "
    "once."
)
def statistics_forgotten(g, out, x, statistics, weight, bias, *, eps):
    axes, root, scale, centred = _parts(g, x, statistics, weight, eps)
    to_weight = dl.sum(g * centred, axis=axes) * root
    return g * along(scale, x.ndim), 0 * statistics, to_weight, dl.sum(g, axis=axes)


@exercise.mistake(
    "You sum over axis 0 alone. Of pictures, each pixel was used as well: sum over `axes`."
)
def over_the_batch_alone(g, out, x, statistics, weight, bias, *, eps):
    _, root, scale, centred = _parts(g, x, statistics, weight, eps)
    to_bias = dl.sum(g, axis=0)
    to_weight = dl.sum(g * centred, axis=0) * along(root, x.ndim)
    scale_here = along(scale, x.ndim)
    to_var = -0.5 * scale_here * along(root, x.ndim) * to_weight
    to_statistics = dl.stack(-scale_here * to_bias, to_var, axis=0)
    return g * scale_here, to_statistics, to_weight, to_bias


@exercise.mistake(
    "`eps` is missing under the root. It was added in the forward pass, so it is part of the "
    "function that you differentiate."
)
def without_eps(g, out, x, statistics, weight, bias, *, eps):
    axes, root, scale, centred = _parts(g, x, statistics, weight, 0.0)
    to_bias = dl.sum(g, axis=axes)
    to_weight = dl.sum(g * centred, axis=axes) * root
    to_statistics = dl.stack(-scale * to_bias, -0.5 * scale * root * to_weight, axis=0)
    return g * along(scale, x.ndim), to_statistics, to_weight, to_bias


@exercise.mistake(
    "NumPy's own functions work on arrays only. For second derivatives `g` is a Tensor: use "
    "`dl.sum`, `dl.rsqrt` and `dl.stack`."
)
def numpy_only(g, out, x, statistics, weight, bias, *, eps):
    axes, root, scale, centred = _parts(g, x, statistics, weight, eps)
    to_bias = np.sum(g, axis=axes)
    to_weight = np.sum(g * centred, axis=axes) * root
    to_statistics = np.stack([-scale * to_bias, -0.5 * scale * root * to_weight])
    return g * along(scale, x.ndim), to_statistics, to_weight, to_bias
