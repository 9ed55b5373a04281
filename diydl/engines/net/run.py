"""One run of a net: what can be computed, what it needs first, where gradients start."""

from diydl.backend import array_module, as_array
from diydl.engines.net.batch import common_batch
from diydl.engines.net.order import needed_for
from diydl.engines.net.select import found


def run(net, steps, outputs):
    """Run those of `steps` that `outputs` need, and return what `Net.forward` returns."""
    asked = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    wanted = runnable(net) if outputs is None else [found(net, one) for one in asked]
    needed = needed_for(wanted)
    for step in net.steps:
        if step.owner in needed:
            step.connected()  # or an error that names the missing edge
    compute(net, [step for step in steps if step.owner in needed])
    if outputs is None:
        return net.loss
    values = [data.value for data in wanted]
    return values if asked is outputs else values[0]


def runnable(net):
    """Return all computed Data of a net but those that miss an edge; its losses in any case."""
    broken = set()
    for module in net.modules:
        if any(x is None or x in broken for x in module.inputs):
            broken.add(module.output)
    noted = [leaf for leaf in net.leaves if leaf.effects]
    return [*net.losses, *noted, *(m.output for m in net.modules if m.output not in broken)]


def compute(net, steps):
    """Run the `steps`, in this order, after a look at all they need."""
    made = {step.output for step in steps}
    entries = dict.fromkeys(x for step in steps for x in step.inputs if x not in made)
    batch = common_batch([x for x in entries if x.number is None])
    net.batch = net.batch if batch is None else batch
    for data in entries:
        if data.number is not None:
            data.fill(net.batch)
    for step in steps:
        net.call(step.forward)


def starts(net, gradients):
    """Return {Data: upstream gradient} of where a backward pass starts; by default, the losses."""
    if gradients is None and not net.losses:
        raise RuntimeError("this net has nothing to minimise: call net.add_loss(data) first")
    given = net.losses if gradients is None else gradients
    ends = {found(net, one): as_array(g) for one, g in given.items()}
    if not any(data.wanted for data in ends):
        raise RuntimeError("no gradient is wanted, all is frozen: unfreeze a parameter or an input")
    for data, g in ends.items():
        if data.value is None:
            raise RuntimeError(f"{data.id!r} has not been computed: call net.forward() first")
        if gradients is not None and g.shape != data.value.shape:
            raise ValueError(
                f"the gradient of {data.id!r} has shape {g.shape}, expected {data.value.shape}"
            )
    return {data: _like(g, data.value) for data, g in ends.items() if data.wanted}


def _like(g, value):
    xp = array_module(value)
    return xp.broadcast_to(xp.asarray(g, value.dtype), value.shape)
