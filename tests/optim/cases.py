"""Optimizers with their options varied, and parameters of many shapes to try them on."""

import numpy as np

import diydl as dl
from diydl import nn, optim

CASES = {
    "sgd": ("SGD", {"lr": 0.1}),
    "decay": ("SGD", {"lr": 0.1, "weight_decay": 0.1}),
    "momentum": ("SGD", {"lr": 0.1, "momentum": 0.9}),
    "nesterov": ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    "maximize": ("SGD", {"lr": 0.1, "momentum": 0.5, "maximize": True, "weight_decay": 0.1}),
    "adagrad": ("Adagrad", {"lr": 0.1}),
    "adagrad, all options": (
        "Adagrad",
        {
            "lr": 0.2,
            "lr_decay": 0.1,
            "weight_decay": 0.1,
            "initial_accumulator_value": 0.5,
            "eps": 1e-3,
            "maximize": True,
        },
    ),
    "adadelta": ("Adadelta", {}),
    "adadelta, all options": (
        "Adadelta",
        {"lr": 0.5, "rho": 0.8, "eps": 1e-4, "weight_decay": 0.1, "maximize": True},
    ),
    "rmsprop": ("RMSprop", {"lr": 0.01}),
    "rmsprop, momentum": ("RMSprop", {"lr": 0.01, "momentum": 0.9, "weight_decay": 0.1}),
    "rmsprop, centered": ("RMSprop", {"lr": 0.01, "alpha": 0.9, "eps": 1e-3, "centered": True}),
    "rmsprop, all options": (
        "RMSprop",
        {
            "lr": 0.02,
            "alpha": 0.8,
            "eps": 1e-2,
            "momentum": 0.5,
            "centered": True,
            "weight_decay": 0.1,
            "maximize": True,
        },
    ),
    "adam": ("Adam", {"lr": 0.01}),
    "adam, all options": (
        "Adam",
        {"lr": 0.02, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.1, "maximize": True},
    ),
    "adam without memory": ("Adam", {"lr": 0.01, "betas": (0.0, 0.0)}),
    "amsgrad": ("Adam", {"lr": 0.01, "betas": (0.9, 0.9), "amsgrad": True}),
    "adamw": ("AdamW", {"lr": 0.01, "weight_decay": 0.5}),
    "adamw, amsgrad": ("AdamW", {"lr": 0.01, "amsgrad": True, "maximize": True}),
    "adamax": ("Adamax", {"lr": 0.01}),
    "adamax, all options": (
        "Adamax",
        {"lr": 0.02, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.1, "maximize": True},
    ),
}
BLOCK = 64  # elements, in these tests: conftest.py
SHAPES = [(), (1,), (3, 4), (0, 2), (3 * BLOCK + 5,), (2, BLOCK)]


def make(name, params):
    """Return the optimizer of a case."""
    kind, options = CASES[name]
    return getattr(optim, kind)(params, **options)


def parameters(seed=0, dtype="float32", shapes=SHAPES):
    """Return parameters of all shapes, the same for the same seed."""
    rng = np.random.default_rng(seed)
    return [nn.Parameter(np.asarray(rng.normal(size=s), dtype)) for s in shapes]


def set_gradients(params, step):
    """Give every parameter a random gradient, of very different sizes."""
    rng = np.random.default_rng([7, step])
    for p in params:
        size = 10.0 ** rng.integers(-4, 3)
        p.grad = dl.tensor(np.asarray(size * rng.normal(size=p.shape), p.dtype))


def assert_near(found, expected, dtype):
    """Compare arrays up to the rounding of a few dozen steps."""
    close = {"float32": 1e-6, "float64": 1e-13}[str(dtype)]
    scale = np.abs(expected).max(initial=1)
    np.testing.assert_allclose(found, expected, rtol=5 * close, atol=close * scale)
