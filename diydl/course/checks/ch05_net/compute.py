"""05/compute: a module does its one operation."""

import diydl as dl
from diydl.course.bank import Code
from diydl.engines.net.module import Module
from diydl.primitive import PRIMITIVES

exercise = Code(
    "05/compute",
    "A module computes",
    Module.compute,
    hints=(
        "What does the operation want to have: Data, or the arrays that are in them? And where "
        "will the next module look for the result?",
        "Collect one array for each input, in order, let the primitive compute, and hand the "
        "result to the output.",
        "1. Collect `data.value` of each of `self.inputs`, in a list.\n"
        "2. Call `self.prim.compute` with the arrays, one after the other, and with `self.used` "
        "as keyword arguments: `*` and `**` spread them out.\n"
        "3. Give the result to `self.output.put`; return nothing.",
    ),
)


@exercise.driver
def run(pieces, name, arrays, params, same=False):
    """Let a module of one operation run; return the value and version of its output."""
    net = dl.Net()
    inputs = [net.data(value=array) for array in arrays]
    output = net.apply(PRIMITIVES[name], inputs * (2 if same else 1), params)
    before = output.version
    net.forward(outputs=output)
    return {"value": output.value, "writes": output.version - before}


@exercise.driver
def run_again(pieces, first, second):
    """Run exp of one array, feed another of the same shape, run again; return the values."""
    net = dl.Net()
    x = net.data(value=first, id="x")
    y = dl.exp(x)
    net.forward(outputs=y)
    return [y.value, net.forward({"x": second}, y)]


@exercise.driver
def spread(pieces, row, x):
    """Copy a row for each picture of a batch whose size was left open; return the copies."""
    net = dl.Net()
    pictures = net.data((None, x.shape[1]), id="pictures")
    copies = dl.broadcast_to(net.data(value=row, id="row"), shape=pictures.shape)
    net.forward({"pictures": x}, copies + pictures)
    return copies.value


@exercise.mistake(
    "You compute with `self.params`, what was said when the module was made. `self.used` is what "
    "holds in this run: the size of the batch is filled in, and dropout knows whether the net "
    "trains."
)
def as_described(self):
    arrays = [data.value for data in self.inputs]
    self.output.put(self.prim.compute(*arrays, **self.params))


@exercise.mistake(
    "What was said by keyword does not reach the operation: along which axis to sum, for example. "
    "Pass `**self.used` on."
)
def without_keywords(self):
    arrays = [data.value for data in self.inputs]
    self.output.put(self.prim.compute(*arrays))


@exercise.mistake(
    "The inputs arrive in the wrong order. x - y is not y - x: go through `self.inputs` as they "
    "stand."
)
def turned_round(self):
    arrays = [data.value for data in reversed(self.inputs)]
    self.output.put(self.prim.compute(*arrays, **self.used))


@exercise.mistake(
    "Each input counts once, although the operation may read one twice, as x * x does. Keep a "
    "list, not a set or a dictionary."
)
def each_once(self):
    arrays = [data.value for data in dict.fromkeys(self.inputs)]
    self.output.put(self.prim.compute(*arrays, **self.used))


@exercise.mistake(
    "The result of the first run stays for ever. A module runs again and again, with new values "
    "in its inputs: compute each time."
)
def first_run_only(self):
    if self.output.value is None:
        arrays = [data.value for data in self.inputs]
        self.output.put(self.prim.compute(*arrays, **self.used))


@exercise.mistake(
    "You write into the output past `put`, so nobody counts that it was written. A module further "
    "on could not notice that what it read is out of date: use `self.output.put`."
)
def past_put(self):
    arrays = [data.value for data in self.inputs]
    self.output._value = self.prim.compute(*arrays, **self.used)
