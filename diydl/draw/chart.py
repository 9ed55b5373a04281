"""Figures that the course draws again and again; each writes its own alt text from its data."""

import math

import numpy as np

from diydl.draw.figure import COLOURS, figure, style


def digit_grid(images, labels=None, predictions=None, *, columns=10, alt=None, caption=None):
    """Show images of digits, with what they are and what a network takes them for.

    A wrong prediction is marked by a cross, a frame and the right label, never by colour alone.

    Parameters
    ----------
    images
        Shape (N, 64) or (N, H, W); ink is large, paper is small.
    labels, predictions
        N whole numbers each.
    columns
        Images in a row.

    Examples
    --------
    >>> digit_grid(np.zeros((2, 64)), labels=[3, 8], predictions=[3, 5])
    2 pictures of digits: 3, 8. 1 of 2 is recognised; wrong: an 8 taken for 5.
    """
    images = _squares(images)  # (N, H, W)
    labels = _whole_numbers("labels", labels, len(images))
    predictions = _whole_numbers("predictions", predictions, len(images))
    columns = max(1, min(columns, len(images)))
    rows = math.ceil(len(images) / columns)
    with style():
        fig = _new_figure(columns * 0.85, rows * (1.15 if labels or predictions else 0.9))
        axes = fig.subplots(rows, columns, squeeze=False).ravel()
        for k, ax in enumerate(axes):
            ax.set_xticks([])
            ax.set_yticks([])
            ax.set_frame_on(k < len(images))
            if k < len(images):
                ax.spines[:].set_visible(True)
                ax.imshow(images[k], cmap="gray_r")
                _mark(ax, labels and labels[k], predictions and predictions[k])
        words = alt or _grid_alt(len(images), labels, predictions)
        data = {"label": labels, "prediction": predictions}
        data = {name: column for name, column in data.items() if column}
        return figure(fig, alt=words, caption=caption, data=data or None)


def probability_bars(probabilities, label=None, *, alt=None, caption=None):
    """Show what a network thinks of one picture: a bar for each of ten digits.

    Examples
    --------
    >>> probability_bars([0, 0, 0, 0.9, 0, 0.06, 0, 0, 0.04, 0], label=3)
    Bar chart of ten probabilities: 3 has 90 %, 5 has 6 %, 8 has 4 %, the others less. It is a 3.
    """
    p = np.asarray(probabilities, dtype=np.float64).ravel()
    if p.shape != (10,):
        raise ValueError(f"expected ten probabilities, one for each digit, got {p.size} numbers")
    best = np.argsort(-p, kind="stable")[:3]
    ranking = ", ".join(f"{k} has {100 * p[k]:.0f} %" for k in best)
    words = f"Bar chart of ten probabilities: {ranking}, the others less."
    words += "" if label is None else f" It is {_article(label)} {label}."
    with style():
        fig = _new_figure(4.5, 3.2)
        ax = fig.subplots()
        shades = [COLOURS["blue"] if k == best[0] else "#9aa7b0" for k in range(10)]
        bars = ax.barh(range(10), 100 * p, color=shades)
        texts = [f"{100 * v:.0f} %" + (" ◀" if k == best[0] else "") for k, v in enumerate(p)]
        ax.bar_label(bars, texts, padding=3, fontsize=9)
        ax.set(yticks=range(10), xlim=(0, 118), xticks=[0, 50, 100], xlabel="probability in %")
        ax.set_ylabel("digit" if label is None else f"digit (it is {_article(label)} {label})")
        ax.invert_yaxis()
        data = {"digit": range(10), "probability": p}
        return figure(fig, alt=alt or words, caption=caption, data=data)


def _new_figure(width, height):
    from matplotlib.figure import Figure  # without pyplot: nothing is shown twice, no window opens

    return Figure(figsize=(width, height))


def _squares(images):
    images = np.asarray(images, dtype=np.float64)
    if images.ndim == 2:
        side = math.isqrt(images.shape[1])
        if side * side == images.shape[1]:
            return images.reshape(len(images), side, side)
    if images.ndim != 3 or not len(images):
        raise ValueError(
            f"expected images of shape (N, 64) or (N, H, W), at least one, got {images.shape}; "
            "one image alone is `images[:1]`"
        )
    return images


def _whole_numbers(name, values, count):
    if values is None:
        return None
    values = [int(v) for v in np.asarray(values).ravel()]
    if len(values) != count:
        raise ValueError(f"expected {count} {name}, one for each image, got {len(values)}")
    return values


def _mark(ax, label, prediction):
    if prediction is None:
        ax.set_title("" if label is None else str(label), fontsize=11)
    elif label is None or label == prediction:
        ax.set_title(str(prediction) if label is None else f"✓ {label}", fontsize=11)
    else:
        ax.set_title(f"✗ {prediction}", fontsize=11, color="#9c3d00", weight="bold")
        ax.set_xlabel(f"is {label}", fontsize=9, labelpad=3)
        ax.spines[:].set(color=COLOURS["orange"], linewidth=3)


def _grid_alt(count, labels, predictions):
    shown = labels or predictions
    start = f"{count} picture{'s' * (count > 1)} of digits"
    if not shown:
        return start + ", without labels."
    listing = ", ".join(map(str, shown[:50])) + (", and so on" if count > 50 else "")
    if not (labels and predictions):
        return f"{start}, {'labelled' if labels else 'taken for'} {listing}."
    wrong = [(a, b) for a, b in zip(labels, predictions, strict=True) if a != b]
    right = count - len(wrong)
    words = f"{start}: {listing}. {right} of {count} {'is' if right == 1 else 'are'} recognised"
    named = ", ".join(f"{_article(a)} {a} taken for {b}" for a, b in wrong[:20])
    return words + (f"; wrong: {named}." if wrong else ".")


def _article(digit):
    return "an" if digit == 8 else "a"
