"""What a model consists of, as a table."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Summary:
    """Rows (name, kind, number of own parameters) of a model, and totals.

    Examples
    --------
    >>> from diydl import nn
    >>> nn.Linear(64, 10).summary().total
    650
    """

    rows: tuple
    total: int
    trained: int
    bytes: int

    @classmethod
    def of(cls, model):
        """Collect the summary of `model`; a shared parameter counts where it is met first."""
        own = dict.fromkeys((name for name, _ in model.named_modules()), 0)
        for name, parameter in model.named_parameters():
            own[_owner(name, own)] += parameter.size
        rows = tuple((name, type(m).__name__, own[name]) for name, m in model.named_modules())
        parameters = model.parameters()
        return cls(
            rows,
            total=sum(p.size for p in parameters),
            trained=sum(p.size for p in parameters if p.requires_grad),
            bytes=sum(x.data.nbytes for x in [*parameters, *model.buffers()]),
        )

    def __repr__(self):
        names = [("name", "module", "parameters")]
        cells = names + [(name, kind, f"{n:,}" if n else "") for name, kind, n in self.rows]
        first, second, third = (max(map(len, column)) for column in zip(*cells, strict=True))
        table = [f"{a:<{first}}  {b:<{second}}  {c:>{third}}".rstrip() for a, b, c in cells]
        line = "-" * (first + second + third + 4)
        return "\n".join([table[0], line, *table[1:], line, self._totals()])

    def _totals(self):
        trained = "all trained" if self.trained == self.total else f"{self.trained:,} trained"
        return f"{self.total:,} parameters, {trained}, {_readable(self.bytes)}"


def _owner(name, modules):
    """Return the longest prefix of a parameter's name that names a module."""
    while name not in modules:
        name = name.rpartition(".")[0]
    return name


def _readable(count):
    for unit in ("B", "KB", "MB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} GB"
