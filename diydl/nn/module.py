"""A module: parameters, buffers and other modules, held in plain attributes.

Nothing happens behind an assignment. Whoever wants the parameters walks the attributes, and the
lists, tuples and dicts among them, in the order in which they were set.
"""

from diydl.nn.outline import Counter
from diydl.nn.state import arrays_of, misfits, write_states
from diydl.nn.summary import Summary
from diydl.nn.walk import held, inside_out, walk
from diydl.parameter import Buffer, Parameter, State
from diydl.probe import current_probe, probing
from diydl.storage import load_arrays, save_arrays
from diydl.value import current_engine, engine, engine_of


class Module:
    """Base class of layers and networks.

    A subclass sets attributes in ``__init__`` and computes in ``forward``; calling the module
    calls ``forward``. What is reachable by two ways is counted once, under its first name.

    Attributes
    ----------
    training : bool
        Whether layers that differ (dropout, batch norm) train; see `train` and `eval`. They hand
        it to their operations as ``training=self.training`` and never branch on it, since an
        engine that describes first is told the mode when it runs.

    Examples
    --------
    >>> from diydl import nn
    >>> class Scale(nn.Module):
    ...     def __init__(self, features):
    ...         self.factor = nn.Parameter([1.0] * features)
    ...
    ...     def forward(self, x):
    ...         return x * self.factor
    >>> model = nn.Sequential(nn.Linear(4, 2), Scale(2))
    >>> [name for name, parameter in model.named_parameters()]
    ['0.weight', '0.bias', '1.factor']
    """

    training = True

    def __call__(self, *inputs, **options):
        """Compute the outputs; what is made of parameters alone has the engine of the inputs."""
        probe = current_probe()
        if probe is None:
            return self._call(inputs, options)
        with probe.span("module", self):
            out = self._call(inputs, options)
            probe.returned(self, out)
            return out

    def _call(self, inputs, options):
        chosen = engine_of(*inputs)
        if chosen is None or chosen is current_engine():
            return self.forward(*inputs, **options)
        with engine(chosen):
            return self.forward(*inputs, **options)

    def forward(self, *inputs, **options):
        """Compute the outputs; every subclass has its own."""
        raise NotImplementedError(
            f"{type(self).__name__} has no forward(self, x): define what it computes"
        )

    def named_modules(self):
        """Yield (name, module) for this module, whose name is "", and for all inside.

        Examples
        --------
        >>> from diydl import nn
        >>> [name for name, _ in nn.Sequential(nn.Linear(4, 2), nn.ReLU()).named_modules()]
        ['', '0', '1']
        """
        return walk(self, Module)

    def modules(self):
        """Yield this module and all modules inside."""
        return (module for _, module in self.named_modules())

    def named_parameters(self):
        """Yield (name, parameter) for all parameters, frozen ones too.

        Examples
        --------
        >>> from diydl import nn
        >>> {name: w.shape for name, w in nn.Linear(4, 2).named_parameters()}
        {'weight': (2, 4), 'bias': (2,)}
        """
        return walk(self, Parameter)

    def parameters(self):
        """Return a list of all parameters, as optimizers want it."""
        return [parameter for _, parameter in self.named_parameters()]

    def named_buffers(self):
        """Yield (name, buffer) for all buffers."""
        return walk(self, Buffer)

    def buffers(self):
        """Return a list of all buffers."""
        return [buffer for _, buffer in self.named_buffers()]

    def state_dict(self):
        """Return copies of all parameters and buffers as a dict of arrays.

        Examples
        --------
        >>> from diydl import nn
        >>> list(nn.Linear(4, 2).state_dict())
        ['weight', 'bias']
        """
        return {name: state.data.copy() for name, state in walk(self, State)}

    def load_state_dict(self, arrays, *, strict=True):
        """Write `arrays`, a dict as `state_dict` returns it, into parameters and buffers.

        Parameters
        ----------
        arrays : dict of str to array or tensor
        strict : bool
            Whether names that are missing or unexpected are an error.

        Returns
        -------
        (missing, unexpected) : two lists of names

        Raises
        ------
        ValueError
            If names, shapes or kinds of numbers do not fit; then nothing has been written.

        Examples
        --------
        >>> from diydl import nn
        >>> model, copy = nn.Linear(4, 2), nn.Linear(4, 2)
        >>> copy.load_state_dict(model.state_dict())
        ([], [])
        """
        own = dict(walk(self, State))
        given = arrays_of(arrays)
        faults, missing, unexpected = misfits(
            {name: (state.shape, state.dtype) for name, state in own.items()},
            {name: (array.shape, array.dtype) for name, array in given.items()},
        )
        wrong = [*faults, *(missing + unexpected if strict else [])]
        if wrong:
            hint = "" if faults else "\n(strict=False loads the rest)"
            listed = "\n  ".join(wrong)
            raise ValueError(f"these arrays do not fit {type(self).__name__}:\n  {listed}{hint}")
        write_states(own, given)
        return [n for n in own if n not in given], [n for n in given if n not in own]

    def save(self, path, *, metadata=None):
        """Write the state to a safetensors file, atomically; see `diydl.storage.save_arrays`."""
        save_arrays(path, self.state_dict(), metadata)

    def load(self, path, *, strict=True):
        """Read the state from a safetensors file; no code is run. Returns the module itself.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> from diydl import nn
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "model.safetensors"
        >>> nn.Linear(4, 2).save(path)
        >>> nn.Linear(4, 2).load(path)
        Linear(4, 2)
        """
        arrays = load_arrays(path)
        try:
            self.load_state_dict(arrays, strict=strict)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error
        return self

    def train(self, mode=True):
        """Let this module and all inside behave as in training. Returns the module itself.

        Examples
        --------
        >>> from diydl import nn
        >>> nn.Sequential(nn.ReLU()).eval()[0].training
        False
        """
        for module in self.modules():
            module.training = bool(mode)
        return self

    def eval(self):
        """Let this module and all inside behave as in use. Returns the module itself."""
        return self.train(False)

    def freeze(self):
        """Keep all parameters as they are: they get no gradient. Returns the module itself.

        Examples
        --------
        >>> from diydl import nn
        >>> nn.Linear(2, 1).freeze().weight.requires_grad
        False
        """
        return self._require_grad(False)

    def unfreeze(self):
        """Let all parameters be trained again. Returns the module itself."""
        return self._require_grad(True)

    def _require_grad(self, required):
        for parameter in self.parameters():
            parameter.requires_grad = required
            if not required:
                parameter.grad = None
        return self

    def apply(self, function):
        """Call ``function(module)`` for all modules inside, then for this one, each once.

        What is inside comes before what it is inside of, as in PyTorch. Returns the module itself.

        Examples
        --------
        >>> from diydl import nn
        >>> def forget(module):
        ...     if isinstance(module, nn.Linear):
        ...         nn.init.fill(module.bias, nn.init.zeros)
        >>> nn.Sequential(nn.Linear(2, 3)).apply(forget)[0].bias
        Parameter([0., 0., 0.])
        """
        for module in inside_out(self):
            function(module)
        return self

    def to(self, device):
        """Move all parameters and buffers to `device`, in place. Returns the module itself."""
        for _, state in walk(self, State):
            state.to(device)
        return self

    def summary(self, *inputs, dtype=None):
        """Return a table of all modules: what they hold, and what they make of an input.

        Nothing is computed for it: shapes are foretold by the rules of the primitives, and so are
        the operations (FLOPs), in the mode that the model is in.

        Parameters
        ----------
        *inputs : tuple of int and None, or array
            Shapes of inputs, None for a size of the batch that stays open, or examples. Without
            them, the table tells of the parameters alone.
        dtype : numpy dtype, optional
            Of inputs that are given by shape: the default dtype, float32, if left out.

        Examples
        --------
        >>> from diydl import nn
        >>> model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
        >>> model.summary((None, 64))
        name  module      output   parameters   FLOPs
        ---------------------------------------------
              Sequential  (B, 10)
        0     Linear      (B, 32)       2,080  4096*B
        1     ReLU        (B, 32)                32*B
        2     Linear      (B, 10)         330   640*B
        ---------------------------------------------
        2,410 parameters, all trained, 9.64 kB
        4768*B FLOPs; kept for the way back: 128*B bytes
        """
        if not inputs:
            return Summary.of(self)
        counter = Counter()
        with probing(counter):
            counter.call(self, *[counter.take(x, dtype) for x in inputs])
        return Summary.of(self, counter)

    def contents(self):
        """Return the pairs (name, object) among which modules and parameters are looked for."""
        return vars(self).items()

    def extra_repr(self):
        """Text between the brackets of the repr: the options of this module."""
        return ""

    def __repr__(self):
        inside = [(name, module) for name, module in held(self) if isinstance(module, Module)]
        if not inside:
            return f"{type(self).__name__}({self.extra_repr()})"
        lines = [f"({name}): {module!r}".replace("\n", "\n  ") for name, module in inside]
        return f"{type(self).__name__}(\n  " + "\n  ".join(lines) + "\n)"
