"""A primitive operation, and the one place where an operation is applied.

A primitive holds all that the library knows about an operation: its forward on arrays, its
vector-Jacobian products (VJPs), its rules for shape, dtype and cost. An engine decides what
applying it means; the operands choose the engine.
"""

import functools
import inspect

import numpy as np

from diydl.backend import array_module, default_dtype, device_of, is_array
from diydl.probe import current_probe
from diydl.rules import per_element, promoted
from diydl.value import Value, current_engine

PRIMITIVES = {}
NUMBERS = (float, int, bool)


class Unsaved:
    """Stands in a VJP for an array that the forward pass did not save: shape and dtype only."""

    __slots__ = ("dtype", "shape")

    def __init__(self, shape, dtype):
        self.shape, self.dtype = shape, dtype

    @property
    def ndim(self):
        """Number of axes."""
        return len(self.shape)

    def __getattr__(self, name):
        raise AttributeError(
            f"a VJP asked for .{name} of an array that was not saved (shape {self.shape}, "
            f"{self.dtype}): name it in saves= where the primitive or its VJP is defined"
        )

    def _refuse(self, *_):
        self.__getattr__("data")

    __array__ = __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _refuse
    __truediv__ = __rtruediv__ = __pow__ = __neg__ = __matmul__ = __rmatmul__ = _refuse
    __rpow__ = __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __getitem__ = _refuse
    __hash__ = object.__hash__
    __array_ufunc__ = None


class Primitive:
    """An operation: arrays are positional, everything else is keyword-only.

    Attributes
    ----------
    name : str
    forward : callable
        ``forward(xp, *arrays, **params)``, where `xp` is numpy or cupy.
    shape, dtype, flops : callable
        The result's shape from the operands' shapes, its dtype from their dtypes, and the
        number of floating-point operations from ``(out_shape, *shapes)``, each with `params`.
    keywords, required : frozenset of str
        Names of all parameters, and of those without a default.
    kernel : str or None
        An elementwise primitive as one line of C, operands written ``{0}``, ``{1}``.
    view : bool
        Whether the result may share memory with an operand.
    differentiable : bool
        False where the derivative is zero or undefined: nothing is recorded.
    modal : bool
        Whether it does one thing in training and another in use. It then has the parameter
        `training`, which a graph engine sets when it runs.
    pieces : tuple of callable
        Functions of which the forward is made and that can be swapped for a learner's.
    """

    def __init__(self, forward, *, shape, dtype, flops, kernel, saves, view, differentiable, modal):
        functools.update_wrapper(self, forward, updated=())
        self.name, self.forward = forward.__name__, forward
        self.shape, self.dtype, self.flops = shape, dtype, flops
        self.kernel, self.view = kernel, view
        self.differentiable, self.modal = differentiable, modal
        signature = inspect.signature(forward)
        operands = list(signature.parameters.values())[1:]
        self.__signature__ = signature.replace(parameters=operands)
        del self.__wrapped__  # so that the signature above is the one that tools find
        if modal and "training" not in signature.parameters:
            raise TypeError(f"{self.name} is modal, so its forward takes `training` by keyword")
        arrays = [p for p in operands if p.kind is not p.KEYWORD_ONLY]
        words = [p for p in operands if p.kind is p.KEYWORD_ONLY]
        self.keywords = frozenset(p.name for p in words)
        self.required = frozenset(p.name for p in words if p.default is p.empty)
        self.inputs = tuple(p.name for p in arrays)
        variadic = any(p.kind is p.VAR_POSITIONAL for p in arrays)
        self.arity = None if variadic else len(arrays)
        self.joint, self.rules, self.pieces = None, {}, ()
        self.saves = self._names(saves)
        self._kept = {}
        if PRIMITIVES.setdefault(self.name, self) is not self:
            raise ValueError(f"primitive {self.name!r} is defined twice")

    @property
    def overlaid(self):
        """Whether a learner's forward, or piece of it, runs in the place of the library's own."""
        return any(getattr(f, "overlaid", False) for f in (self.forward, *self.pieces))

    def __repr__(self):
        return f"<primitive {self.name}>"

    def __reduce__(self):
        return self.__qualname__  # copies and pickles refer to it, as to any function

    def __call__(self, *operands, **params):
        """Apply the primitive: the operands' engine decides what that means."""
        if self.arity is not None and len(operands) != self.arity:
            raise TypeError(self._wrong_count(operands))
        chosen, leaf, number = None, False, False
        for x in operands:
            kind = type(x)
            if kind is np.ndarray:
                continue
            if isinstance(x, Value):
                if x.engine is None:
                    leaf = True
                elif chosen is None:
                    chosen = x.engine
                elif chosen is not x.engine:
                    raise TypeError(
                        f"{self.name}: operands of two engines, {chosen!r} and {x.engine!r}; "
                        "run one of them first and pass its result as an array; or, if it is made "
                        "of parameters alone, describe it inside `with engine(graph):`"
                    )
            elif kind in NUMBERS:
                number = True
            elif not is_array(x):
                raise TypeError(self._wrong_operand(operands, x))
        if number:
            operands = _numbers_to_scalars(operands)
        if chosen is None:
            if not leaf:
                return self.compute(*operands, **params)
            chosen = current_engine()
        return chosen.apply(self, operands, params)

    def compute(self, *arrays, **params):
        """Compute the forward on NumPy or CuPy arrays; the result is always an array."""
        probe = current_probe()
        return self.run(arrays, params) if probe is None else probe.compute(self, arrays, params)

    def run(self, arrays, params):
        """Compute as `compute` does, unseen by a probe."""
        xp = array_module(*arrays)
        try:
            out = self.forward(xp, *arrays, **params)
        except (ValueError, TypeError, IndexError) as error:
            raise self._explained(error, arrays, params) from error
        return out if type(out) is np.ndarray else xp.asarray(out)

    def def_vjp(self, rule=None, *, saves=None):
        """Give the VJP for all operands at once, or for the operand with the number `rule`.

        Use it as ``@exp.def_vjp`` on a function ``(g, out, *inputs, **params)`` that returns a
        tuple with one gradient per operand, or as ``@matmul.def_vjp(0)`` on a function that
        returns the gradient of operand 0. `saves` names what this rule reads, if that is less
        than what the primitive's own `saves` says.
        """
        if callable(rule):
            self.joint = rule
            return rule

        def mark(function):
            self.rules[rule] = (function, self.saves if saves is None else self._names(saves))
            return function

        return mark

    def pull(self, needed, g, out, inputs, params):
        """Return the gradient of each input that is `needed`, from the gradient `g` of `out`.

        Entries that nobody needs, or whose derivative is zero, are None.
        """
        if self.joint is not None:
            return self.joint(g, out, *inputs, **params)
        rules = self.rules
        return [
            rules[i][0](g, out, *inputs, **params) if need and i in rules else None
            for i, need in enumerate(needed)
        ]

    def keeps(self, needed):
        """Tell what the backward of the `needed` inputs reads: (out?, one flag per input)."""
        kept = self._kept.get(needed)
        if kept is None:
            names = set(self.saves if self.joint is not None else ())
            for i, (_, saves) in self.rules.items():
                if needed[i]:
                    names |= set(saves)
            if self.arity is None:
                flags = (self.inputs[-1] in names,) * len(needed)
            else:
                flags = tuple(name in names for name in self.inputs)
            kept = self._kept[needed] = ("out" in names, flags)
        return kept

    def _names(self, saves):
        names = tuple(saves.split())
        unknown = set(names) - {"out", *self.inputs}
        if unknown:
            raise ValueError(
                f"{self.name}: saves names {sorted(unknown)}, not 'out' or one of {self.inputs}"
            )
        return names

    def _usage(self):
        return f"{self.name}{self.__signature__}"

    def _wrong_count(self, operands):
        return (
            f"{self.name} takes {self.arity} array(s), got {len(operands)}: {self._usage()}; "
            "everything but arrays is passed by keyword"
        )

    def _wrong_operand(self, operands, x):
        position = next(i for i, operand in enumerate(operands) if operand is x)
        advice = "wrap it in diydl.tensor(...)"
        if self.arity is None and isinstance(x, (list, tuple)):
            advice = f"give the arrays one by one, {self.name}(*arrays)"
        if x is None or isinstance(x, (str, dict, set)):
            advice = f"call it as {self._usage()}"
        return (
            f"{self.name}: operand {position} is a {type(x).__name__}, "
            f"expected a tensor, an array or a number; {advice}"
        )

    def _explained(self, error, arrays, params):
        """Turn NumPy's words into an error that names the primitive and its operands."""
        try:
            self.__signature__.bind(*arrays, **params)
        except TypeError as misuse:
            return TypeError(f"{self.name}: {misuse}; call it as {self._usage()}")
        shapes = [np.shape(x) for x in arrays]
        given = ", ".join(
            f"{s} {getattr(x, 'dtype', '?')}" for s, x in zip(shapes, arrays, strict=True)
        )
        words = "".join(f", {name}={value!r}" for name, value in params.items())
        places = {str(device_of(x)) for x in arrays if np.shape(x)}
        if len(places) > 1:
            where = ", ".join(
                f"{n} on {device_of(x)}" for n, x in zip(self.inputs, arrays, strict=False)
            )
            return ValueError(
                f"{self.name}: operands on different devices ({where}); move one with .to(device)"
            )
        try:
            self.shape(*shapes, **params)
            reason = str(error)
        except (ValueError, TypeError, IndexError) as rule:
            reason = str(rule)
        kind = TypeError if isinstance(error, TypeError) else type(error)
        return _rebuilt(kind, f"{self.name}: {reason}; got {given}{words}")


def _rebuilt(kind, message):
    return kind(message) if kind in (ValueError, TypeError, IndexError) else ValueError(message)


@functools.lru_cache(maxsize=512)
def number_type(kind, dtypes, default):
    """Return the scalar type of a Python number of type `kind` among operands of `dtypes`.

    Examples
    --------
    >>> number_type(float, (np.dtype("float32"),), np.dtype("float64"))
    <class 'numpy.float32'>
    """
    if kind is float and not any(d.kind in "fc" for d in dtypes):
        return default.type
    return np.result_type(*dtypes, kind(0)).type


def _numbers_to_scalars(operands):
    """Give each Python number the dtype that its neighbours imply."""
    dtypes, default = tuple([x.dtype for x in operands if type(x) not in NUMBERS]), default_dtype()
    return [number_type(type(x), dtypes, default)(x) if type(x) in NUMBERS else x for x in operands]


def primitive(
    *,
    shape,
    dtype=promoted,
    flops=1,
    kernel=None,
    saves="",
    view=False,
    differentiable=True,
    modal=False,
):
    """Turn a function ``forward(xp, *arrays, *, **params)`` into a primitive.

    Parameters
    ----------
    shape, dtype : callable
        Rules for the result: ``shape(*shapes, **params)`` and ``dtype(*dtypes, **params)``.
    flops : callable or number
        ``flops(out_shape, *shapes, **params)``, or operations per element of the result.
    kernel : str, optional
        For elementwise primitives: the result as a C expression of ``{0}``, ``{1}``, ...
    saves : str
        What the VJPs read: names of operands and ``out``, separated by spaces.
    view : bool
        Whether the result may be a view of an operand.
    differentiable : bool
        False for comparisons, argmax and the like.
    modal : bool
        True for dropout, batch norm and the like, which take the keyword `training`. A VJP hands
        it on to modal primitives and does not branch on it.

    Examples
    --------
    >>> from diydl.ops import exp
    >>> exp
    <primitive exp>
    >>> exp(np.zeros(2))
    array([1., 1.])
    """
    rule = flops if callable(flops) else per_element(flops)
    return lambda forward: Primitive(
        forward,
        shape=shape,
        dtype=dtype,
        flops=rule,
        kernel=kernel,
        saves=saves,
        view=view,
        differentiable=differentiable,
        modal=modal,
    )
