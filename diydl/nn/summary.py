"""What a model consists of, and what it makes of an input, as a table."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from diydl.dim import Dim
from diydl.nn.outline import Tally


class Row(NamedTuple):
    """One module: its parameters and FLOPs are its own, without those of the modules inside.

    Attributes
    ----------
    name, kind : str
    parameters : int
    shapes : tuple of tuple or None
        Of the result of each call; None for a result that is not one array.
    flops : int or Dim
        Of all calls together.

    Examples
    --------
    >>> Row("0", "Linear", 20, ((8, 4),), 128).shape
    '(8, 4)'
    """

    name: str
    kind: str
    parameters: int
    shapes: tuple = ()
    flops: Any = 0

    @property
    def shape(self):
        """The shapes of the results in words: the last one, and how many calls there were."""
        if not self.shapes:
            return ""
        last = "several" if self.shapes[-1] is None else str(self.shapes[-1])
        return last if len(self.shapes) == 1 else f"{last}, {len(self.shapes)} calls"


@dataclass(frozen=True)
class Summary:
    """Rows and totals of a model; its text is a table.

    Attributes
    ----------
    rows : tuple of Row
    total, trained : int
        Numbers in all parameters, and in those that are not frozen.
    bytes : int
        Of parameters and buffers.
    flops, kept : int or Dim, or None
        Operations of a forward pass, and bytes that a tape keeps of it for the way back, besides
        inputs and parameters; None where no input was given.

    Examples
    --------
    >>> from diydl import nn
    >>> nn.Linear(64, 10).summary((8, 64)).flops
    10240
    """

    rows: tuple
    total: int
    trained: int
    bytes: int
    flops: Any = None
    kept: Any = None

    @classmethod
    def of(cls, model, counter=None):
        """Collect the summary of `model`; what is shared counts where it is met first.

        Parameters
        ----------
        model : Module
        counter : Counter, optional
            Which has followed an input through the model.
        """
        modules, tallies = dict(model.named_modules()), counter.tallies if counter else {}
        own = dict.fromkeys(modules, 0)
        for name, parameter in model.named_parameters():
            own[_owner(name, own)] += parameter.size
        rows = []
        for name, module in modules.items():
            tally = tallies.get(module, Tally())
            kind = type(module).__name__
            rows.append(Row(name, kind, own[name], tuple(tally.shapes), tally.flops))
        parameters = model.parameters()
        return cls(
            tuple(rows),
            total=sum(p.size for p in parameters),
            trained=sum(p.size for p in parameters if p.requires_grad),
            bytes=sum(x.data.nbytes for x in [*parameters, *model.buffers()]),
            flops=sum(row.flops for row in rows) if counter else None,
            kept=counter.kept if counter else None,
        )

    def __repr__(self):
        cells = [("name", "module", "output", "parameters", "FLOPs"), *map(_cells, self.rows)]
        if self.flops is None:
            cells = [(name, kind, parameters) for name, kind, _, parameters, _ in cells]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        left = 2 if self.flops is None else 3
        table = ["  ".join(_laid_out(row, widths, left)).rstrip() for row in cells]
        line = "-" * (sum(widths) + 2 * (len(widths) - 1))
        return "\n".join([table[0], line, *table[1:], line, *self._totals()])

    def _totals(self):
        trained = "all trained" if self.trained == self.total else f"{self.trained:,} trained"
        yield f"{self.total:,} parameters, {trained}, {_bytes(self.bytes)}"
        if self.flops is not None:
            yield f"{_count(self.flops)} FLOPs; kept for the way back: {_bytes(self.kept)}"


def _owner(name, modules):
    """Return the longest prefix of a parameter's name that names a module."""
    while name not in modules:
        name = name.rpartition(".")[0]
    return name


def _cells(row):
    parameters = f"{row.parameters:,}" if row.parameters else ""
    flops = _count(row.flops) if isinstance(row.flops, Dim) or row.flops else ""
    return row.name, row.kind, row.shape, parameters, flops


def _laid_out(row, widths, left):
    for n, (cell, width) in enumerate(zip(row, widths, strict=True)):
        yield cell.ljust(width) if n < left else cell.rjust(width)


def _count(number):
    return str(number) if isinstance(number, Dim) else f"{number:,}"


def _bytes(count):
    if isinstance(count, Dim):
        return f"{count} bytes"
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} GB"
