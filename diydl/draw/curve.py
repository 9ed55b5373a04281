"""The curves of a training, epoch by epoch and, where they are known, step by step."""

import math

import numpy as np

from diydl.draw.figure import figure, style

ASIDE = ("learning rate", "seconds")  # told in the table only
_MOST_STEPS = 200  # points of a line


def training_curve(history, *, steps=None, alt=None, caption=None):
    """Show how a training went, epoch by epoch.

    Parameters
    ----------
    history
        Dict of columns of equal length, such as ``{"loss": [...], "test accuracy": [...]}``, or
        that of a `Trainer`. Names that contain "accuracy" hold fractions and get a panel of their
        own, in percent; beside a "loss", so does whatever is not called so. A column "epoch" is the
        horizontal axis; without it epochs count from 1. "learning rate", "seconds" and what is no
        number (a confusion matrix) are not drawn.
    steps
        The loss within epochs: two lists, how many epochs were done (0.25, 0.5, ...), and the loss.

    Examples
    --------
    >>> training_curve({"loss": [2.3, 0.4, 0.1], "accuracy": [0.1, 0.9, 0.97]})
    Training curves over epochs 1 to 3: loss from 2.3 to 0.1; accuracy from 10 % to 97 %.
    """
    columns = {name: list(column) for name, column in history.items()}
    length = max((len(column) for column in columns.values()), default=0)
    epochs = columns.pop("epoch", list(range(1, length + 1)))
    uneven = any(len(c) != len(epochs) for c in columns.values())
    if uneven or not (columns and length or steps):
        raise ValueError(
            "expected columns of equal length, at least one number in each, got lengths "
            f"{ {name: len(c) for name, c in history.items()} }"
        )
    drawn = {name: c for name, c in columns.items() if name not in ASIDE and _numbers(c)}
    if steps is not None:
        drawn.setdefault("loss", [float("nan")] * len(epochs))
    panels = _panels(drawn)
    with style():
        from matplotlib.figure import Figure  # without pyplot: nothing is shown twice

        fig = Figure(figsize=(4.2 * len(panels), 2.8))
        axes = fig.subplots(1, len(panels), squeeze=False)[0]
        for ax, (kind, names) in zip(axes, panels.items(), strict=True):
            if kind == "loss" and steps is not None:
                _draw_steps(ax, *steps)
            for name in names:
                _draw(ax, name, epochs, drawn[name], 100 if kind == "accuracy in %" else 1)
            ax.set(xlabel="epoch", ylabel=kind if len(names) > 1 or "%" in kind else names[0])
            ax.xaxis.get_major_locator().set_params(integer=True)
            if len(ax.get_lines()) > 1:
                ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False)  # above
        data = {"epoch": epochs, **columns} if epochs else {"epochs": steps[0], "loss": steps[1]}
        return figure(fig, alt=alt or _words(epochs, drawn, steps), caption=caption, data=data)


def thinned(epochs, losses, most=_MOST_STEPS):
    """Return at most `most` points: means of as many neighbours as one point stands for.

    Examples
    --------
    >>> thinned([1, 2, 3, 4], [4.0, 2.0, 1.0, 1.0], most=2)
    ([2, 4], [3.0, 1.0])
    """
    size = max(1, math.ceil(len(losses) / most))
    ends = list(range(size, len(losses) + 1, size))
    if ends[-1:] != [len(losses)]:
        ends.append(len(losses))
    starts = [0, *ends[:-1]]
    means = [float(np.mean(losses[a:b])) for a, b in zip(starts, ends, strict=True) if a < b]
    return [epochs[b - 1] for b in ends if b], means


def _numbers(column):
    return all(isinstance(x, (int, float, np.number)) for x in column)


def _panels(drawn):
    """Return {what the vertical axis says: names of the columns}."""
    panels = {}
    for name in drawn:
        if "accuracy" in name:
            kind = "accuracy in %"
        elif "loss" in drawn and "loss" not in name:
            kind = name.removeprefix("validation ")
        else:
            kind = "loss"
        panels.setdefault(kind, []).append(name)
    percent = panels.pop("accuracy in %", None)
    return panels | ({"accuracy in %": percent} if percent else {})


def _draw(ax, name, epochs, column, factor):
    values = factor * np.array(column, float)
    if np.isfinite(values).any():
        ax.plot(epochs, values, label=name, marker="o" if len(epochs) < 20 else None, ms=4)


def _draw_steps(ax, epochs, losses):
    at, means = thinned(epochs, losses)
    ax.plot(at, means, label="loss of the steps", color="#9aa7b0", lw=1.2, ls="-", zorder=1)


def _words(epochs, drawn, steps):
    if not epochs:
        first, last = steps[1][0], steps[1][-1]
        return f"Training curve of {len(steps[1])} steps: loss from {first:.3g} to {last:.3g}."
    ends = "; ".join(f"{name} from {_ends(name, c)}" for name, c in drawn.items())
    return f"Training curves over epochs {epochs[0]} to {epochs[-1]}: {ends}."


def _ends(name, column):
    known = [x for x in column if x == x] or [float("nan")]
    if "accuracy" in name:
        return f"{100 * known[0]:.0f} % to {100 * known[-1]:.0f} %"
    return f"{known[0]:.3g} to {known[-1]:.3g}"
