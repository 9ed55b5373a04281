"""The numbers of a net: `Data`, which Caffe calls blobs."""

import numpy as np

from diydl.backend import to_device
from diydl.engines.net.batch import batch_of
from diydl.exercise import exercise
from diydl.parameter import Buffer, Parameter
from diydl.symbol import Symbol, numbers


class Data(Symbol):
    """Numbers that flow through a net: fed, trained, constant or computed.

    Made by `Net.data`, or by applying operations and layers to other Data.

    Attributes
    ----------
    id : str
        Unique in its net; `rename` gives another.
    value, grad : array or None
        From the last forward and the last backward.
    source : Module or None
        What computes it; None for a leaf.
    state : Parameter, Buffer or None
        Where a leaf keeps a value that outlives the run; other nets may share it.
    optimizer : Optimizer or None
        What `Net.step` changes it with.

    Examples
    --------
    >>> from diydl import Net, nn
    >>> x = Net().data((None, 3), id="x")
    >>> nn.Linear(3, 2)(x).rename("scores")
    <Data 'scores' (B, 2) float32, computed by 'affine'>
    """

    __slots__ = (
        *("_value", "_writes", "cut", "effects", "engine", "grad", "input"),
        *("number", "optimizer", "resume", "source", "state", "wanted"),
    )
    how_to_run = "Run net.forward() and read .value"

    def __init__(self, net, shape, dtype, *, source=None, state=None, value=None, input=False):
        super().__init__(shape, dtype)
        self.engine, self.source, self.state, self.input = net, source, state, input
        self._value, self._writes, self.number = value, 0, None
        self.grad = self.optimizer = self.resume = None
        self.cut = self.wanted = False
        self.effects = ()  # what is written when this has been computed

    @property
    def id(self):
        """Its name, unique in its net."""
        return self.name

    @property
    def value(self):
        """The numbers: those of the last forward, or those that were fed; None before."""
        return self._value if self.state is None else self.state.data

    @value.setter
    def value(self, array):
        if self.source is not None:
            raise ValueError(
                f"{self.id!r} is computed by {self.source.id!r}; to run the net from a value of "
                "your own here, call net.forward_from_node()"
            )
        self.put(self.accepted(array))

    def accepted(self, array):
        """Return `array` in this dtype, if it fits; raise TypeError or ValueError if not."""
        array = numbers(array)
        if not np.can_cast(array.dtype, self.dtype, "same_kind"):
            raise TypeError(
                f"{self.id!r} holds {self.dtype}, got {array.dtype}: convert it with .astype first"
            )
        batch_of(self, array.shape)
        return array.astype(self.dtype, copy=False)

    def put(self, array):
        """Take `array` for the value, unchecked."""
        if self.state is None:
            self._value, self._writes = array, self._writes + 1
        else:
            self.state.write(array)

    @property
    def version(self):
        """How often the value was written."""
        return self._writes + (0 if self.state is None else self.state.version)

    @exercise("05/receive")
    def receive(self, g):
        """Add `g` to the gradient: whoever is used twice gets the sum of both shares."""
        self.grad = g if self.grad is None else self.grad + g

    def hand_over(self, before=None):
        """Add the gradient from `before`, and give it to the parameter that is kept here."""
        if before is not None:
            self.receive(before)
        if isinstance(self.state, Parameter):
            self.state.grad = None if self.grad is None else Buffer(self.grad)

    def fill(self, batch):
        """Take for the value of an open size what it is with this batch."""
        self.put(self.dtype.type(self.number.at(batch)))  # a scalar goes with any device

    def move(self, device):
        """Move the value to `device`; numbers go with any."""
        if self.state is not None:
            self.state.to(device)
        elif self.value is not None and self.value.ndim:
            self._value = to_device(self.value, device)

    @property
    def trained(self):
        """Whether this is a leaf that training changes."""
        return isinstance(self.state, Parameter) and self.state.requires_grad

    def freeze(self):
        """Let no gradient come here, nor to what leads only here. Returns itself.

        A parameter then stays as it is; an input that was trained is an input again.
        """
        self.cut, self.grad = self.source is not None, None
        if isinstance(self.state, Parameter):
            self.state.requires_grad, self.state.grad = False, None
        if self.input and self.state is not None:
            del self.engine.states[self.state]
            self._value, self._writes = self.state.data, self.version
            self.state = self.optimizer = None
        return self

    def unfreeze(self):
        """Let gradients come here again; an input is trained from now on. Returns itself.

        Raises
        ------
        ValueError
            For an input that has no value to start from.
        TypeError
            For what cannot be trained: integers, buffers, constants.
        """
        self.cut = False
        if self.input and self.state is None:
            if self.value is None:
                raise ValueError(f"{self.id!r} has no value to start from: set its .value first")
            self.state = Parameter(self.value, self.id)
            self.engine.states[self.state] = self
        if self.source is None:
            if not isinstance(self.state, Parameter):
                kind = "buffer" if self.state is not None else "constant"
                raise TypeError(f"{self.id!r} is a {kind}: parameters and inputs can be trained")
            self.state.requires_grad = True
        return self

    def set_optimizer(self, make, **options):
        """Let `Net.step` change this leaf with ``make([parameter], **options)``. Returns itself."""
        if not isinstance(self.state, Parameter):
            raise TypeError(f"{self.id!r} is not trained; an input is after unfreeze()")
        self.optimizer = make([self.state], **options)
        kind, saved = self.resume or (None, None)
        if kind == type(self.optimizer).__name__:  # go on where a file was saved
            self.optimizer.load_state_dict(saved)
        self.resume = None
        return self

    def rename(self, id):
        """Give another ID, which must be free in this net. Returns itself."""
        self.engine.nodes.add(self, id, exactly=True)
        return self

    def __repr__(self):
        kind = "input" if self.input else "constant"
        if self.source is not None:
            kind = f"computed by {self.source.id!r}"
        elif self.state is not None:
            kind = type(self.state).__name__.lower()
            kind += "" if self.trained or isinstance(self.state, Buffer) else ", frozen"
        return f"<Data {self.described()}, {kind}>"
