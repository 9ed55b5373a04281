"""The operations of a net: `Module`, which Caffe calls layers, and writes that come with them."""

from collections import namedtuple

from diydl.dim import is_open, resolved
from diydl.engines.net.data import Data
from diydl.engines.net.surgery import connect, disconnect
from diydl.exercise import exercise
from diydl.parameter import Buffer, Parameter
from diydl.reverse import fitted

Call = namedtuple("Call", "prim inputs")  # what `fitted` wants to know of one call of a VJP


class Module:
    """One operation at work in a net: it reads Data, and computes one.

    Not a layer. `diydl.nn.Module` is a function with parameters, which can be applied in every
    engine and as often as one likes; each operation that it applies in a net becomes one of these.
    (DeepFusion and Caffe use one word for both.)

    Attributes
    ----------
    id : str
        Unique in its net; `rename` gives another.
    prim, params
        The primitive, and its keyword arguments.
    inputs : list of Data
        None stands where an edge was taken away.
    output : Data

    Examples
    --------
    >>> from diydl import Net
    >>> module = (Net().data(value=[1.0, 2.0], id="x") * 3).source
    >>> module
    <Module 'mul': x 'x', y 'constant' -> 'mul.out'>
    >>> module.forward()
    >>> module.output.value
    array([3., 6.], dtype=float32)
    """

    def __init__(self, net, prim, inputs, params, shape, dtype):
        self.net, self.prim, self.inputs, self.params = net, prim, list(inputs), params
        self.output = Data(net, shape, dtype, source=self)
        self.output.prim, self.output.inputs, self.output.params = prim, self.inputs, params
        self.read, self.written, self.name = None, None, ""
        self.used = params

    @property
    def id(self):
        """Its name, unique in its net."""
        return self.name

    @property
    def owner(self):
        """The Data with which this runs."""
        return self.output

    def connected(self):
        """Raise ValueError if an edge is missing."""
        for place, data in enumerate(self.inputs):
            if data is None:
                name = self.names[place]
                raise ValueError(
                    f"input {name!r} of {self.id!r} is not connected: connect it first"
                )

    def sources(self):
        """Return the modules whose output is read."""
        return [data.source for data in self.inputs if data is not None]

    @property
    def names(self):
        """Names of the inputs, which are those of the primitive's arguments: x, w, b."""
        names = self.prim.inputs
        if self.prim.arity is not None:
            return names
        return (*names[:-1], *(f"{names[-1]}{i}" for i in range(len(self.inputs) + 1 - len(names))))

    def forward(self):
        """Run: compute, and note what was read, for `backward`."""
        self.used = self.now()
        self.read = [data.version for data in self.inputs]
        self.compute()
        self.written = self.output.version

    @exercise("05/compute")
    def compute(self):
        """Compute the output from the values of the inputs, with the parameters of this run."""
        arrays = [data.value for data in self.inputs]
        self.output.put(self.prim.compute(*arrays, **self.used))

    @property
    def replaced(self):
        """Whether the output has been given another value than this computed."""
        return self.written not in (None, self.output.version)

    def backward(self):
        """Pass the output's gradient on, if the inputs are still those of `forward`."""
        self.check(tuple(data is not None and data.wanted for data in self.inputs))
        self.pass_back()

    @exercise("05/pass_back")
    def pass_back(self):
        """Give each input that wants a gradient its share of the output's."""
        wanted = [data.wanted for data in self.inputs]
        arrays = [data.value for data in self.inputs]
        grads = self.prim.pull(wanted, self.output.grad, self.output.value, arrays, self.used)
        for data, g in zip(self.inputs, self.fitted(grads), strict=True):
            if g is not None:
                data.receive(g)

    def fitted(self, grads):
        """Return `grads` in their inputs' dtypes, and None for inputs that want none."""
        arrays = [data.value if data.wanted else None for data in self.inputs]
        return fitted(grads, Call(self.prim, arrays))

    def now(self):
        """Return the parameters of this run: open sizes filled in, and the net's mode."""
        mode = {"training": self.net.training} if self.prim.modal else {}
        params = {**self.params, **mode}
        if is_open(params):
            return {name: resolved(value, self.net.batch) for name, value in params.items()}
        return params

    def check(self, needed):
        """Raise an error if an input was written since forward: the gradient would be wrong."""
        if self.read is None or any(data is None for data in self.inputs):
            raise RuntimeError(f"{self.id!r} has not run as it stands: call net.forward() first")
        kept = self.prim.keeps(needed)[1]
        for data, version, keep in zip(self.inputs, self.read, kept, strict=True):
            if data.version != version and (keep or not isinstance(data.state, Buffer)):
                raise RuntimeError(
                    f"{data.id!r} was written after {self.id!r} had read it: call net.forward() "
                    "again before net.backward()"
                )

    def connect(self, name, data):
        """Let the input `name`, which is not connected, read `data`; see `names`. Returns itself.

        `data` may be an ID. Raises an error, and changes nothing, if that makes a circle, or if
        the shape or dtype of `data` do not fit here or further on.
        """
        leaves = len(self.net.leaves)
        try:
            connect(self, name, self.net.get_node(data) if isinstance(data, str) else data)
        except (ValueError, TypeError, LookupError):
            self.net.drop_leaves(leaves)
            raise
        return self

    def disconnect(self, name):
        """Take the edge to the input `name` away; return the Data that it came from.

        Examples
        --------
        >>> from diydl import Net
        >>> net = Net()
        >>> x, y = net.data(value=[1.0], id="x"), net.data(value=[5.0], id="y")
        >>> double = (x * 2).source
        >>> double.disconnect("x")
        <Data 'x' (1,) float32, input>
        >>> double.connect("x", y)
        <Module 'mul': x 'y', y 'constant' -> 'mul.out'>
        """
        return disconnect(self, name)

    def writes(self):
        """Return the leaves that are written besides the output: none."""
        return ()

    def freeze(self):
        """Freeze the parameters that this module reads; gradients still pass. Returns itself."""
        return self._each(Data.freeze)

    def unfreeze(self):
        """Let the parameters that this module reads be trained again. Returns itself."""
        return self._each(Data.unfreeze)

    def _each(self, change):
        for data in self.inputs:
            if data is not None and isinstance(data.state, Parameter) and not data.input:
                change(data)
        return self

    def rename(self, id):
        """Give another ID, which must be free in this net. Returns itself."""
        self.net.nodes.add(self, id, exactly=True)
        return self

    def __repr__(self):
        ends = zip(self.names, self.inputs, strict=True)
        read = ", ".join(f"{name} {'-' if data is None else repr(data.id)}" for name, data in ends)
        return f"<Module {self.id!r}: {read} -> {self.output.id!r}>"


class Effect:
    """A write that comes with a computed value, as running statistics come with a batch norm's.

    It happens in training only: a net in test mode leaves everything as it was.
    """

    output = None

    def __init__(self, net, target, value, owner):
        self.net, self.target, self.inputs = net, target, [value]
        self.owner = value if owner is None else owner

    def connected(self):
        """Raise no error: the edge of an effect is never taken away."""

    def sources(self):
        """Return the modules that come before."""
        return [data.source for data in (*self.inputs, self.owner)]

    def writes(self):
        """Return the leaves that are written."""
        return (self.target,)

    def forward(self):
        """Write the value into the state."""
        if self.net.training and self.net.writing:
            self.target.state.write(self.inputs[0].value)
