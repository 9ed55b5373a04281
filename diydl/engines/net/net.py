"""The third engine: a net of objects that one can look up, freeze, rewire and run in part.

Caffe and DeepFusion were built this way. A net is described first, by applying operations and
layers to its `Data`. Then it runs as often as one likes, and each node keeps its last value and
gradient for everybody to see.
"""

from operator import call

from diydl.engines.net.data import Data
from diydl.engines.net.file import restore, save
from diydl.engines.net.module import Effect, Module
from diydl.engines.net.order import arranged, changed_by, mark_wanted
from diydl.engines.net.registry import Registry
from diydl.engines.net.run import run, starts
from diydl.engines.net.select import chosen, found
from diydl.engines.net.surgery import prune
from diydl.engines.net.timing import timed
from diydl.parameter import State
from diydl.symbol import declared, infer, numbers, typed
from diydl.value import engine

MODES = {"train": True, "test": False}


class Net:
    """A network whose every node is an object with an ID.

    Attributes
    ----------
    nodes : dict of str to Data or Module
    losses : dict of Data to float
        What `backward` differentiates, each with its weight; see `add_loss`.
    training : bool
        Whether dropout and the like train; see `set_mode`.

    Examples
    --------
    >>> from diydl import nn, optim
    >>> net = Net()
    >>> x, y = net.data((None, 1), id="x"), net.data((None, 1), id="y")
    >>> line = nn.Linear(1, 1)(x).rename("line")
    >>> net.add_loss(nn.mse_loss(line, y))
    >>> net.set_optimizer(optim.SGD, lr=0.3)
    >>> for _ in range(200):
    ...     loss = net.forward({"x": [[0.0], [1.0]], "y": [[1.0], [3.0]]})
    ...     net.backward()
    ...     net.step()
    >>> net.forward({"x": [[2.0], [3.0], [4.0]]}, outputs="line").round(2).tolist()
    [[5.0], [7.0], [9.0]]
    >>> net.get_node("weight").value.round(2)
    array([[2.]], dtype=float32)
    """

    def __init__(self):
        self.nodes, self.losses, self.leaves = Registry(), {}, []
        self.training = self.writing = True
        self.batch, self.call = None, call
        self._steps, self._sorted, self.states, self._default = [], True, {}, None

    def data(self, shape=None, dtype=None, *, value=None, id=None):
        """Make an input: of a shape in which None is the size of the batch, or of a value.

        A value that is a Parameter or Buffer is not copied: it is itself what training changes.

        Examples
        --------
        >>> Net().data((None, 28, 28), id="image")
        <Data 'image' (B, 28, 28) float32, input>
        """
        if value is None and shape is None:
            raise TypeError("data() takes a shape, such as (None, 3), or a value=")
        if isinstance(value, State):
            if shape is not None or dtype is not None:
                raise TypeError(f"{value._called()} has a shape and a dtype: give none beside it")
            return self.lift(value) if id is None else self.lift(value).rename(id)
        if value is not None:
            value = numbers(value)
            shape = value.shape if shape is None else shape
            dtype = value.dtype if dtype is None else dtype
        data = Data(self, *declared(shape, dtype), input=True)
        array = None if value is None else data.accepted(value)
        self.add_leaf(data, id, "data")
        if array is not None:
            data.put(array)
        return data

    def lift(self, x):
        """Return the Data of this net that stands for an operand: always the same for a state."""
        if isinstance(x, Data):
            return x
        if isinstance(x, State):
            if x not in self.states:
                data = Data(self, x.shape, x.dtype, state=x)
                self.add_leaf(data, None, x.name or type(x).__name__.lower())
            return self.states[x]
        if isinstance(x, tuple):  # an open size, and its dtype among its neighbours
            data = Data(self, (), x[1])
            data.number = x[0]
            return self.add_leaf(data, None, "size")
        return self.add_leaf(Data(self, x.shape, x.dtype, value=x), None, "constant")

    def add_leaf(self, data, id=None, otherwise="data"):
        """Take in a leaf, under the ID `id` or a free one."""
        self.nodes.add(data, otherwise if id is None else id, exactly=id is not None)
        self.leaves.append(data)
        if data.state is not None:
            self.states[data.state] = data
        return data

    def drop_leaves(self, count):
        """Forget the leaves after the first `count`, which nothing reads."""
        for leaf in self.leaves[count:]:
            self.states.pop(leaf.state, None)
            del self.nodes[leaf.id]
        del self.leaves[count:]

    def adopt(self, layer, id=""):
        """Give the parameters and buffers of a layer of `diydl.nn` the names that they have there.

        Examples
        --------
        >>> from diydl import nn
        >>> net = Net()
        >>> net.adopt(nn.Sequential(nn.Linear(2, 3), nn.ReLU()), "eye")
        >>> list(net.nodes)
        ['eye.0.weight', 'eye.0.bias']
        """
        for name, state in [*layer.named_parameters(), *layer.named_buffers()]:
            self.lift(state).rename(f"{id}.{name}" if id else name)

    def apply(self, prim, operands, params):
        """Add a module that applies `prim`; return the Data that it will compute."""
        before = len(self.leaves)
        inputs = [self.lift(x) for x in typed(operands)]
        try:
            shape, dtype = infer(prim, inputs, params)
        except (ValueError, TypeError, IndexError):
            self.drop_leaves(before)
            raise
        return self.add_module(Module(self, prim, inputs, params, shape, dtype))

    def add_module(self, module, id=None, out=None):
        """Take in a module, with IDs for itself and its output; return the output."""
        id = self.nodes.add(module, id or module.prim.name, exactly=id is not None)
        self.nodes.add(
            module.output, out or f"{id.rpartition('/')[2]}.out", exactly=out is not None
        )
        self._steps.append(module)
        return module.output

    def assign(self, state, value, *, belongs_to=None):
        """Write `value` into `state` whenever `belongs_to`, or else `value` itself, is computed."""
        value = self.lift(value)
        if value.shape != state.shape:
            raise ValueError(f"assign: {value!r} does not fit a state of shape {state.shape}")
        effect = Effect(self, self.lift(state), value, belongs_to)
        effect.owner.effects = (*effect.owner.effects, effect)
        self._steps.append(effect)
        return value

    @property
    def steps(self):
        """Modules and effects, each after what it reads, else in the order they were made."""
        if not self._sorted:
            self.steps = arranged(self._steps, lambda step: step.sources())
        return self._steps

    @steps.setter
    def steps(self, steps):
        self._steps, self._sorted = steps, True

    @property
    def modules(self):
        """All modules, each after those whose output it reads."""
        return [step for step in self.steps if isinstance(step, Module)]

    def forward(self, feed=None, outputs=None):
        """Compute: all of the net, or what some outputs need.

        Parameters
        ----------
        feed : dict of Data or str to array, optional
            New values of inputs, with a batch of any size; the others keep theirs.
        outputs : Data, str or list of them, optional
            Compute only what these need, and return their values.

        Returns
        -------
        array, list of arrays, or float
            The values of `outputs`; without `outputs` the loss, or None if there is none.
        """
        if feed is not None and not isinstance(feed, dict):
            raise TypeError(f"feed is a dict such as {{'x': array}}, got a {type(feed).__name__}")
        for key, array in (feed or {}).items():
            found(self, key).value = array
        return run(self, self.steps, outputs)

    def forward_from_node(self, node, value=None, outputs=None):
        """Give a node, a computed one too, a new value, and compute only what depends on it.

        Until it is computed again, `backward` ends at this node: what is before it had no share in
        the result.

        Examples
        --------
        >>> net = Net()
        >>> x = net.data(value=[1.0, 2.0], id="x")
        >>> double = (x * 2).rename("double")
        >>> net.add_loss(double.sum())
        >>> net.forward(), net.forward_from_node("double", [10.0, 20.0])
        (6.0, 30.0)
        """
        data = found(self, node)
        if value is not None:
            data.put(data.accepted(value))
        return run(self, changed_by(data, self.steps), outputs)

    def backward(self, gradients=None, *, accumulate=False):
        """Leave in `grad` of all Data that want one the gradient of the loss.

        Parameters
        ----------
        gradients : dict of Data or str to array, optional
            Where to start instead of at the losses, and with what upstream gradient.
        accumulate : bool
            Add to the gradients of leaves instead of replacing them.
        """
        modules = self.modules
        mark_wanted(self.leaves, modules)
        before = {leaf: leaf.grad for leaf in self.leaves if accumulate}
        for data in [*self.leaves, *(module.output for module in modules)]:
            data.grad = None
        for data, g in starts(self, gradients).items():
            data.receive(g)
        for module in reversed(modules):
            if module.output.grad is not None and not module.replaced:
                self.call(module.backward)
        for leaf in self.leaves:
            leaf.hand_over(before.get(leaf))

    def step(self):
        """Change every leaf that has a gradient, each with its own optimizer."""
        ready = [leaf for leaf in self.leaves if leaf.trained and leaf.grad is not None]
        for leaf in ready:
            if leaf.optimizer is None:
                if self._default is None:
                    raise RuntimeError(f"{leaf.id!r} has no optimizer: call net.set_optimizer")
                leaf.set_optimizer(self._default[0], **self._default[1])
        for leaf in ready:
            leaf.optimizer.step()

    def add_loss(self, data, weight=1.0):
        """Count `data`, which has one element, among what is minimised."""
        data = found(self, data)
        if data.size != 1:
            raise ValueError(f"a loss has one element, got {data!r}: take its .mean() or .sum()")
        self.losses[data] = weight

    def regularize(self, penalty, *which, **options):
        """Add ``penalty(parameters, **options)`` to the losses, for all of them or those chosen.

        The loss that is reported contains it, and so do the gradients.

        Examples
        --------
        >>> from diydl import Parameter, nn
        >>> net = Net()
        >>> w = net.data(value=Parameter([[3.0, 4.0]]), id="w")
        >>> net.regularize(nn.l2_penalty, "w", strength=0.1)
        >>> net.forward()
        1.25
        """
        with engine(self):
            self.add_loss(penalty([data.state for data in self.select(*which)], **options))

    @property
    def loss(self):
        """Weighted sum of the losses of the last forward; None if there are no losses."""
        if not self.losses:
            return None
        return sum(weight * float(data.value.item()) for data, weight in self.losses.items())

    def set_optimizer(self, make, *which, **options):
        """Let `step` change leaves with ``make([parameter], **options)``: all, or those chosen.

        Each leaf has an optimizer, and so a learning rate, of its own.

        Examples
        --------
        >>> from diydl import nn, optim
        >>> net = Net()
        >>> scores = nn.Linear(2, 1)(net.data((None, 2)))
        >>> net.set_optimizer(optim.Adam, lr=0.01)
        >>> net.set_optimizer(optim.Adam, "bias", lr=0.5)
        >>> [leaf.optimizer.lr for leaf in net.select()]
        [0.01, 0.5]
        """
        if not callable(make):
            raise TypeError(f"set_optimizer takes a class such as optim.SGD, got {make!r:.60}")
        if not which:
            self._default = (make, options)
        for data in self.select(*which):
            data.set_optimizer(make, **options)

    def set_mode(self, mode):
        """Let dropout, batch norm and the like behave as in "train" or as in "test"."""
        if mode not in MODES:
            raise ValueError(f'the mode is "train" or "test", got {mode!r}')
        self.training = MODES[mode]

    def freeze(self, *which):
        """Freeze all parameters, or what is chosen: see `select` and `Data.freeze`.

        Examples
        --------
        >>> from diydl import Parameter
        >>> net = Net()
        >>> w = net.data(value=Parameter([3.0]), id="w")
        >>> net.freeze()
        >>> w
        <Data 'w' (1,) float32, parameter, frozen>
        """
        for data in self.select(*which):
            data.freeze()

    def unfreeze(self, *which):
        """Undo `freeze`: for all parameters, or what is chosen."""
        for data in self.select(*which):
            data.unfreeze()

    def select(self, *which):
        """Return a list of Data: all parameters, or what `which` means.

        Data mean themselves; text, the Data whose IDs fit it, where ``*`` stands for anything; a
        module, the parameters that it reads; a Parameter or a layer of `diydl.nn`, their Data.
        """
        return chosen(self, which)

    def get_node(self, id):
        """Return the Data or Module with this ID; see also `nodes`, a dict of them all.

        Examples
        --------
        >>> net = Net()
        >>> x = net.data((None, 2), id="picture")
        >>> net.get_node("pictures")
        Traceback (most recent call last):
        LookupError: no node 'pictures' in this net; did you mean 'picture'?
        """
        return self.nodes.find(id)

    def scope(self, name):
        """Put ``name/`` before the IDs of all that is made inside a ``with`` block.

        Examples
        --------
        >>> net = Net()
        >>> with net.scope("eye"):
        ...     net.data((None, 2), id="x")
        <Data 'eye/x' (B, 2) float32, input>
        """
        return self.nodes.scope(name)

    def to(self, device):
        """Move all that the net keeps to `device`, in place. Returns itself."""
        for leaf in self.leaves:
            leaf.move(device)
        return self

    def save(self, path):
        """Write the net to one safetensors file, atomically: structure, parameters, optimizers.

        The batches that inputs hold are left out. See `load`.
        """
        save(self, path)

    @classmethod
    def load(cls, path):
        """Return the net that `save` wrote to `path`; nothing in the file is run as code.

        Where leaves had optimizers, `set_optimizer` with the same class goes on with their state,
        learning rates included.

        Raises
        ------
        FileNotFoundError
        ValueError
            If the file is damaged, or holds no net.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "net.safetensors"
        >>> net = Net()
        >>> double = (net.data((None, 2), id="x") * 2).rename("double")
        >>> net.save(path)
        >>> Net.load(path).forward({"x": [[1.0, 2.0]]}, "double").tolist()
        [[2.0, 4.0]]
        """
        return restore(cls(), path)

    def timed(self):
        """Time every module that runs inside a ``with`` block, forward and backward.

        Examples
        --------
        >>> net = Net()
        >>> y = net.data(value=[1.0], id="x") * 2
        >>> with net.timed() as times:
        ...     net.forward()
        >>> [row[:2] for row in times.rows()]
        [('mul', 'mul')]
        """
        return timed(self)

    def prune(self, *outputs):
        """Remove all that neither these outputs nor the losses need.

        Examples
        --------
        >>> net = Net()
        >>> x = net.data((None, 2), id="x")
        >>> kept, other = x * 2, x * 3
        >>> net.prune(kept)
        >>> list(net.nodes)
        ['x', 'constant', 'mul', 'mul.out']
        """
        prune(self, [found(self, one) for one in outputs])

    def rewired(self):
        """Take note that edges were changed."""
        self._sorted = False

    def __repr__(self):
        return f"<Net of {len(self.modules)} modules and {len(self.leaves)} leaves>"
