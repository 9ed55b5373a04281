"""What a profile tells: tables per phase, module, primitive and step, and a flame picture."""

from dataclasses import dataclass, field

from diydl.draw.flame import Bar, flame
from diydl.train.table import Table, amount, duration

_MOST = 14  # rows of the table of primitives that the whole report shows
_NOTHING = 1e-9  # seconds: what rounding leaves
PHASES = ("forward", "backward", "optimizer")


@dataclass
class Row:
    """One line of a report.

    Attributes
    ----------
    name, kind : str
        A module's name and class; of others what they are called.
    calls : int
    seconds : dict of str to float
        By phase, everything inside included.
    own : float
        Seconds that no other row of the same table counts.
    flops, moved : int
        Floating-point operations, and bytes read and written; 0 where they are not known.
    peak : int
        Most bytes held meanwhile, beyond what was held when the profile began.
    """

    name: str
    kind: str = ""
    calls: int = 0
    seconds: dict = field(default_factory=dict)
    own: float = 0.0
    flops: int = 0
    moved: int = 0
    peak: int = 0

    @property
    def total(self):
        """Seconds of all phases."""
        return sum(self.seconds.values())


class Report:
    """The result of `profile`; ``repr`` is a table, and notebooks show it with its picture.

    Attributes
    ----------
    root : Span
        Everything that was seen, as a tree.
    names : dict of Module to str
    overhead : float
        Seconds that the profiler took for itself; no row counts them.
    """

    def __init__(self, root, names):
        self.root, self.names, self.overhead = root, names, 0.0

    @property
    def seconds(self):
        """Seconds of the whole block, without those of the profiler itself."""
        return self.root.seconds

    @property
    def flops(self):
        """Floating-point operations of all."""
        return self.root.all_flops

    @property
    def peak(self):
        """Most bytes held at a time, beyond what was held when the block began."""
        return self.root.peak

    def phases(self):
        """Return a row for forward, backward, optimizer, and what is between them.

        ``between`` is what no probe saw: the user's own Python, and loading data.
        """
        rows = []
        for span in self.root.inside.values():
            rows.append(Row(span.what, own=span.seconds, flops=span.all_flops, peak=span.peak))
        rows.append(Row("between", own=self.root.own_seconds))
        for row in rows:
            row.seconds = {row.name: row.own}
        return rows

    def modules(self):
        """Return a row for each module that was called, in the order of `named_modules`.

        Rows without a name follow: what is outside of modules (a loss, say), optimizers, and what
        is between. `own` leaves out the modules inside, so that over all rows it sums up to all.
        """
        rows = {}
        for path, span in self.root.walk():
            modules = [x for x in path if x.kind == "module"]
            phase = path[1].what if len(path) > 1 else "between"
            home = modules[-1].what if modules else phase if phase not in PHASES else "outside"
            for module in {**{id(x.what): x.what for x in modules}, None: home}.values():
                self._row(rows, module)
            self._count(rows, [x.what for x in modules] or [home], phase, span)
        order = {module: n for n, module in enumerate(self.names)}
        between = rows.pop("between")
        between.peak = 0
        kept = [m for m, row in rows.items() if m in order or row.flops or row.own > _NOTHING]
        return [*[rows[m] for m in sorted(kept, key=lambda m: order.get(m, len(order)))], between]

    def _row(self, rows, module):
        if module not in rows:
            word = module if isinstance(module, str) else type(module).__name__
            known = not isinstance(module, str) and module in self.names
            rows[module] = Row(self.names[module] if known else "", word)
        return rows[module]

    def _count(self, rows, homes, phase, span):
        rows[homes[-1]].own += span.own_seconds
        for home in dict.fromkeys(homes):
            row = rows[home]
            row.seconds[phase] = row.seconds.get(phase, 0.0) + span.own_seconds
            row.flops += span.flops
            row.moved += span.moved
            row.peak = max(row.peak, span.peak)
        if span.kind == "module":
            rows[homes[-1]].calls += span.calls if phase in ("forward", "optimizer") else 0

    def primitives(self):
        """Return a row for each primitive, the slowest first: its own work and its gradients.

        Steps of a plan that join several primitives are rows of their own. "Python" is what
        modules and the sweep over the tape do between primitives.
        """
        rows = {}
        for path, span in self.root.walk():
            phase = path[1].what if len(path) > 1 else "between"
            made = next((x for x in path if x.kind == "gradient"), span)
            key = _called(made, phase)
            row = rows.setdefault(key, Row(key))
            row.seconds[phase] = row.seconds.get(phase, 0.0) + span.own_seconds
            row.own += span.own_seconds
            row.flops += span.flops
            row.moved += span.moved
            row.peak = max(row.peak, span.peak)
            row.calls += span.calls if span is made and key not in ("Python", "between") else 0
        rows["between"].peak = 0
        return sorted(rows.values(), key=lambda row: -row.own)

    def steps(self):
        """Return a row for each step of the plans that ran, in their order."""
        found = {}
        for path, span in self.root.walk():
            modules = [self.names.get(x.what, "") for x in (*path, span) if x.kind == "module"]
            for (kind, key), inner in span.inside.items():
                if kind == "step":
                    row = Row(modules[-1] if modules else "", inner.what, inner.calls)
                    row.seconds, row.own = {path[1].what: inner.seconds}, inner.seconds
                    row.flops, row.moved, row.peak = inner.flops, inner.moved, inner.peak
                    found[key] = row
        return [found[key] for key in sorted(found)]

    def table(self, by="module"):
        """Return a table by "phase", "module", "primitive" or "step".

        Examples
        --------
        >>> import diydl as dl
        >>> from diydl.train import profile
        >>> with profile() as report:
        ...     _ = dl.exp(dl.ones(3))
        >>> print(report.table("primitive").head)
        ('primitive', 'calls', 'forward', 'share', 'FLOP', 'FLOP/s', 'bytes', 'B/s', 'peak')
        """
        makers = {
            "phase": self._phase_table,
            "module": self._module_table,
            "primitive": lambda: self._primitive_table(self.primitives()),
            "step": self._step_table,
        }
        if by not in makers:
            raise ValueError(f"a table is by one of {', '.join(map(repr, makers))}, got {by!r}")
        return makers[by]()

    def flame(self):
        """Draw the whole as bars: phases, modules in modules, primitives; a `Figure`."""
        return flame(self._bar(self.root), title="Where the time goes", form=_plain)

    def _bar(self, span):
        inside = tuple(self._bar(x) for x in span.inside.values() if x.seconds > 0)
        return Bar(self._label(span), max(span.seconds, sum(x.size for x in inside)), inside)

    def _label(self, span):
        if span.kind == "module":
            name = self.names.get(span.what, "")
            return " ".join(filter(None, [name, type(span.what).__name__]))
        if span.kind == "gradient":
            return f"gradient of {span.what.name}"
        return span.what.name if span.kind == "primitive" else span.what

    def _phase_table(self):
        rows = [
            (row.name, duration(row.own), self._share(row.own), amount(row.flops), _bytes(row.peak))
            for row in self.phases()
        ]
        return Table("By phase", ("phase", "time", "share", "FLOP", "peak"), rows)

    def _module_table(self):
        rows = self.modules()
        phases = self._phases(rows)
        head = ("module", "kind", "calls", *phases, "share", "own", "FLOP", "bytes", "peak")
        cells = [
            (
                *(row.name, row.kind, str(row.calls or "")),
                *[duration(row.seconds.get(phase, 0)) for phase in phases],
                *(self._share(row.total), self._share(row.own)),
                *(amount(row.flops), _bytes(row.moved), _bytes(row.peak)),
            )
            for row in rows
        ]
        return Table("By module", head, cells, words=2)

    def _primitive_table(self, rows):
        phases = self._phases(rows)
        head = ("primitive", "calls", *phases, "share", "FLOP", "FLOP/s", "bytes", "B/s", "peak")
        cells = [
            (
                *(_short(row.name), str(row.calls or "")),
                *[duration(row.seconds.get(phase, 0)) for phase in phases],
                self._share(row.own),
                *_work(row),
            )
            for row in rows
        ]
        return Table("By primitive", head, cells)

    def _step_table(self):
        head = ("module", "step", "calls", "time", "share", *_WORK)
        cells = [
            (
                *(row.name, _short(row.kind), str(row.calls), duration(row.own)),
                self._share(row.own),
                *_work(row),
            )
            for row in self.steps()
        ]
        return Table("By step of the plan", head, cells, words=2)

    def _phases(self, rows):
        met = {phase for row in rows for phase, seconds in row.seconds.items() if seconds}
        return [p for p in (*PHASES, *sorted(met - {*PHASES, "between"})) if p in met]

    def _share(self, seconds):
        return f"{seconds / self.seconds:.1%}" if self.seconds else ""

    def _line(self):
        shares = ", ".join(
            f"{row.name} {self._share(row.own)}" for row in self.phases() if row.own > 0
        )
        known = [amount(self.flops, "FLOP"), f"peak {_bytes(self.peak)}" * (self.peak > 0)]
        return f"{duration(self.seconds)}: {'; '.join(filter(None, [shares, *known]))}"

    def _note(self):
        own = duration(self.overhead) or "0 s"
        return f"The profiler took {own} for itself, which is not counted."

    def __repr__(self):
        if not self.seconds:
            return "profile: nothing yet; the report is there when the block is left"
        rows = self.primitives()
        parts = [f"profile: {self._line()}", repr(self.table("module"))]
        parts += [repr(self._primitive_table(rows[:_MOST]))]
        if len(rows) > _MOST:
            rest = sum(row.own for row in rows[_MOST:])
            parts[-1] += f"\nand {len(rows) - _MOST} more, {self._share(rest)}"
        return "\n\n".join([*parts, self._note()])

    def _repr_html_(self):
        if not self.seconds:
            return f"<p>{self!r}</p>"
        tables = [self.table("module"), self.table("primitive")]
        inner = "".join(table._repr_html_() for table in tables)
        return f"<p>{self._line()}</p>{self.flame()._repr_html_()}{inner}<p>{self._note()}</p>"


_WORK = ("FLOP", "FLOP/s", "bytes", "B/s", "peak")


def _work(row):
    """Return what was done, how fast, and what it held."""
    rate = 1 / row.own if row.own else 0
    done = [amount(row.flops), amount(row.flops * rate), _bytes(row.moved)]
    return (*done, _bytes(row.moved * rate), _bytes(row.peak))


def _called(span, phase):
    """Return the name of the row of primitives that a span belongs to."""
    if span.kind == "profile":
        return "between"
    if span.kind == "step":
        return span.what
    if span.kind in ("primitive", "gradient"):
        return span.what.name
    if phase == "optimizer" and span.kind == "module":
        return type(span.what).__name__
    return "planning" if phase == "planning" else "Python"


def _bytes(count):
    return amount(count, "B")


def _plain(seconds):
    return duration(seconds) or "0 s"


def _short(words, most=30):
    """Shorten the list of what a chain joins."""
    count = words.count(" ") + 1
    return words if len(words) <= most else f"{words[: most - 8]}… ({count})"
