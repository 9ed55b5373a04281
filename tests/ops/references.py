"""What each primitive computes, as plain NumPy: written anew, not copied from the library."""

import math

import numpy as np


def put(g, *, index, shape):
    out = np.zeros(shape)
    out[index] = g
    return out


def sum_to(x, *, shape):
    lead = x.ndim - len(shape)
    x = x.sum(axis=tuple(range(lead)))
    return x.sum(axis=tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True)


def spread(g, indices, *, axis, size):
    out = np.zeros(g.shape[:axis] + (size,) + g.shape[axis + indices.ndim :])
    for place in np.ndindex(indices.shape):
        source = (slice(None),) * axis
        out[(*source, indices[place])] += g[source + place]
    return out


def scatter_add(x, indices, updates, *, axis):
    axis = axis % x.ndim
    return x + spread(updates, indices, axis=axis, size=x.shape[axis])


def cumsum(x, *, axis, reverse):
    return np.flip(np.cumsum(np.flip(x, axis), axis), axis) if reverse else np.cumsum(x, axis)


def cross_entropy(logits, labels):
    p = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    return -np.log(np.take_along_axis(p, labels[..., None], -1)[..., 0])


def bernoulli(p, y):
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


def philox():
    return np.random.Generator(np.random.Philox(key=[3, 5], counter=[0, 0, 0, 7]))


def dropout(x, key, *, p, training, inverted=True, shared=()):
    if not training:
        return x if inverted else x * (1 - p)
    drawn = [1 if i in shared or i - x.ndim in shared else n for i, n in enumerate(x.shape)]
    size = math.prod(drawn)
    bits = philox().bit_generator.random_raw(size)[: (size + 1) // 2]
    halves = np.stack([bits & 0xFFFFFFFF, bits >> 32], axis=1).ravel()[:size]
    kept = (halves / 2**32 >= p).reshape(drawn)
    return np.where(kept, x / (1 - p) if inverted and p < 1 else x, 0.0)


def moving_average(state, value, count, *, momentum, examples, training, row=None):
    value = value if row is None else value[row]
    m = 1 / (count + 1) if momentum is None else momentum
    return state * (1 - m) + value * m * examples / (examples - 1) if training else state


def statistics(x, mean, var, *, training):
    rows = np.moveaxis(x, 1, 0).reshape(x.shape[1], -1)
    return np.stack([rows.mean(1), rows.var(1)] if training else [mean, var])


def per_channel(v, x):
    return v.reshape(-1, *(1,) * (x.ndim - 2)) + np.zeros_like(x)


def batch_norm(x, statistics, weight, bias, *, eps):
    mean, var, weight, bias = (per_channel(v, x) for v in (*statistics, weight, bias))
    return (x - mean) / np.sqrt(var + eps) * weight + bias


def row_statistics(x, *, axes, eps):
    last = tuple(range(x.ndim - axes, x.ndim))
    return np.stack([x.mean(last), (x.var(last) + eps) ** -0.5])


def layer_norm(x, statistics, weight, bias, *, axes):
    mean, root = statistics.reshape(statistics.shape + (1,) * axes)
    return (x - mean) * root * weight + bias


def gelu_slope(x):
    density = np.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    return (1 + np.vectorize(math.erf, otypes=[float])(x / math.sqrt(2))) / 2 + x * density


def gelu_tanh(x):
    return x / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def gelu_tanh_slope(x):
    t = np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))
    inner = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * x**2)
    return (1 + t) / 2 + x / 2 * (1 - t * t) * inner


REFERENCES = {
    "abs": np.fabs,
    "add": lambda x, y: x + y,
    "advance": lambda c, training: (
        c + np.append(np.zeros(c.size - 1, int), 1).reshape(c.shape) if training else c
    ),
    "affine": lambda x, w, b: x @ w.T + b,
    "argmax": np.argmax,
    "batch_norm": batch_norm,
    "batch_statistics": statistics,
    "bernoulli_cross_entropy": bernoulli,
    "broadcast_to": lambda x, shape: x + np.zeros(shape),
    "cast": lambda x, dtype: x.astype(dtype),
    "check_finite": lambda x: x,
    "channel_dot": lambda x, y, shift: (
        np.moveaxis(x * (y - per_channel(shift, y)), 1, -1).reshape(-1, x.shape[1]).sum(0)
    ),
    "clip": lambda x, min=-np.inf, max=np.inf: np.minimum(np.maximum(x, min), max),
    "concat": lambda *xs, axis: np.concatenate(xs, axis),
    "cos": np.cos,
    "cumsum": cumsum,
    "div": lambda x, y: x / y,
    "dropout": dropout,
    "dropout_mask": lambda key, *, shape, p: dropout(np.ones(shape), key, p=p, training=True) > 0,
    "einsum": lambda *xs, subscripts: np.einsum(subscripts, *xs),
    "elu": lambda x, alpha: np.where(x > 0, x, alpha * (np.exp(x) - 1)),
    "equal": lambda x, y: x == y,
    "erf": np.vectorize(math.erf, otypes=[float]),
    "exp": np.exp,
    "expm1": lambda x: np.exp(x) - 1,
    "expand_dims": lambda x, axis: np.expand_dims(x, axis),
    "gelu_erf": lambda x: x * (1 + np.vectorize(math.erf, otypes=[float])(x / math.sqrt(2))) / 2,
    "gelu_erf_slope": gelu_slope,
    "gelu_tanh": gelu_tanh,
    "gelu_tanh_slope": gelu_tanh_slope,
    "getitem": lambda x, index: x[index],
    "getitem_grad": put,
    "greater": lambda x, y: x > y,
    "greater_equal": lambda x, y: x >= y,
    "identity": lambda x: x,
    "in_training": lambda x, training: x if training else 0 * x,
    "layer_norm": layer_norm,
    "less": lambda x, y: x < y,
    "less_equal": lambda x, y: x <= y,
    "log": np.log,
    "log1p": lambda x: np.log(1 + x),
    "map_in_training": lambda x, scale, shift, training: (
        (x * per_channel(scale, x) + per_channel(shift, x)) * training
    ),
    "matmul": lambda a, b: a @ b,
    "max": np.max,
    "maximum": lambda x, y: np.where(x > y, x, y),
    "mean": np.mean,
    "min": np.min,
    "minimum": lambda x, y: np.where(x < y, x, y),
    "move": lambda x, source, target: x,
    "moving_average": moving_average,
    "mul": lambda x, y: x * y,
    "neg": lambda x: -x,
    "not_equal": lambda x, y: x != y,
    "one_hot": lambda i, classes: np.eye(classes, dtype=np.float32)[i],
    "pad": lambda x, pad_width, value=0: np.pad(x, pad_width, constant_values=value),
    "pow": lambda x, y: np.exp(y * np.log(x)),
    "prelu": lambda x, slope: np.where(x > 0, x, x * slope),
    "project": lambda x, w: x @ w.T,
    "random_bernoulli": lambda _, shape, p: (philox().random(shape) < p).astype("f4"),
    "random_normal": lambda _, shape, mean, std: philox().normal(mean, std, shape).astype("f4"),
    "random_uniform": lambda _, shape, low, high: philox().uniform(low, high, shape).astype("f4"),
    "ravel_index": lambda i, j, shape: np.ravel_multi_index((i % 3, j % 4), shape),
    "reshape": lambda x, shape: x.reshape(shape),
    "row_statistics": row_statistics,
    "rsqrt": lambda x: 1 / np.sqrt(x),
    "scale_shift": lambda x, scale, shift: x * per_channel(scale, x) + per_channel(shift, x),
    "scatter_add": scatter_add,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "sigmoid_cross_entropy": lambda x, y: bernoulli(1 / (1 + np.exp(-x)), y),
    "sign": np.sign,
    "silu": lambda x: x / (1 + np.exp(-x)),
    "sin": np.sin,
    "softmax_cross_entropy": cross_entropy,
    "softplus": lambda x: np.log(1 + np.exp(x)),
    "sqrt": np.sqrt,
    "squeeze": np.squeeze,
    "stack": lambda *xs, axis: np.stack(xs, axis),
    "stop_gradient": lambda x: x,
    "sub": lambda x, y: x - y,
    "sum": np.sum,
    "sum_to": sum_to,
    "take": lambda x, i, axis=0, wrap=True: np.take(x, i, axis),
    "take_grad": spread,
    "tanh": np.tanh,
    "transpose": np.transpose,
    "var": lambda x, correction=0, **kw: np.var(x, ddof=correction, **kw),
    "where": lambda c, x, y: np.choose(c, [y, x]),
}
