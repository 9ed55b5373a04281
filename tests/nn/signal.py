"""What fifty layers do to signal and gradient: python -m tests.nn.signal [--depth N] [--width N].

For each beginning and each activation: the mean square of the activations after the last layer, by
that of the input, and the mean square of the gradient at the input, by that at the end. 1 keeps the
size; what is far from it vanishes or explodes.
"""

import argparse
import sys

import numpy as np

import diydl as dl
from diydl import nn
from diydl.nn import init

BEGINNINGS = {
    "zero": (init.zeros, {}),
    "random 0.01": (init.normal, {"std": 0.01}),
    "random 1": (init.normal, {"std": 1.0}),
    "truncated 0.02": (init.truncated_normal, {"std": 0.02}),
    "sparse 0.9": (init.sparse, {"sparsity": 0.9, "std": 0.1}),
    "1/sqrt(in)": (init.fan_in_uniform, {}),
    "Xavier": (init.xavier_uniform, {}),
    "Xavier, gain": (init.xavier_normal, {"nonlinearity": ...}),
    "He": (init.he_normal, {}),
    "He, gain": (init.he_uniform, {"nonlinearity": ...}),
    "orthogonal": (init.orthogonal, {}),
    "orthogonal, gain": (init.orthogonal, {"gain": ...}),
}
ACTIVATIONS = {
    "linear": lambda x: x,
    "sigmoid": dl.sigmoid,
    "tanh": dl.tanh,
    "relu": dl.relu,
    "gelu": lambda x: x * 0.5 * (1 + dl.erf(x * 0.5**0.5)),
    "silu": lambda x: x * dl.sigmoid(x),
}


def chain(beginning, activation, *, depth, width):
    """Return `depth` square layers, begun in this way, biases at 0, in float64."""
    maker, options = BEGINNINGS[beginning]
    fitting = {"gain": init.calculate_gain(activation), "nonlinearity": activation}
    options = {key: fitting[key] if x is ... else x for key, x in options.items()}
    layers = [nn.Linear(width, width, dtype=np.float64) for _ in range(depth)]
    return init.fill(nn.Sequential(*layers), maker, **options)


def propagate(beginning, activation, *, depth=50, width=256, batch=64, seed=0):
    """Return mean squares layer by layer: of the activations, and of the gradients.

    Entry k belongs to what comes out of layer k, entry 0 to the input. The gradients are those of
    a sum of the last activations, weighted with standard normal numbers.
    """
    dl.seed(seed)
    random = np.random.default_rng(seed)
    layers = chain(beginning, activation, depth=depth, width=width)
    values = [dl.tensor(random.normal(size=(batch, width)), requires_grad=True)]
    for layer in layers:
        values.append(ACTIVATIONS[activation](layer(values[-1])))
    g = random.normal(size=(batch, width))
    found = values[-1].engine.gradients(values[-1], g, values[:-1])
    gradients = [*(x.data for x in found), g]
    return [
        [float(np.mean(x**2)) for x in arrays] for arrays in ([v.data for v in values], gradients)
    ]


def table(depth, width):
    """Return the lines: signal, then gradient, for each beginning and activation."""
    head = f"{'':<18}" + "".join(f"{name:>19}" for name in ACTIVATIONS)
    lines = [head, f"{'':<18}" + f"{'signal  gradient':>19}" * len(ACTIVATIONS), "-" * len(head)]
    for beginning in BEGINNINGS:
        cells = []
        for activation in ACTIVATIONS:
            with np.errstate(over="ignore", invalid="ignore"):
                signal, gradient = propagate(beginning, activation, depth=depth, width=width)
            cells.append(f"{text(signal[-1] / signal[0]):>10}{text(gradient[0]):>9}")
        lines.append(f"{beginning:<18}" + "".join(cells))
    return "\n".join(lines)


def text(ratio):
    """Write a ratio shortly: 1.2, 3e-12.

    Examples
    --------
    >>> text(1.234), text(2.96e-12), text(0.0)
    ('1.2', '3e-12', '0')
    """
    if ratio == 0 or not np.isfinite(ratio):
        return f"{ratio:.0f}"
    return (
        f"{ratio:.2g}"
        if 0.01 <= ratio < 1000
        else f"{ratio:.0e}".replace("e+0", "e+").replace("e-0", "e-")
    )


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.nn.signal")
    parser.add_argument("--depth", type=int, default=50)
    parser.add_argument("--width", type=int, default=256)
    options = parser.parse_args()
    sys.stdout.write(
        f"{options.depth} layers of {options.width}: mean square of the last activations by that "
        f"of the input,\nand of the gradient at the input by that at the end\n\n"
    )
    sys.stdout.write(table(options.depth, options.width) + "\n")


if __name__ == "__main__":
    main()
