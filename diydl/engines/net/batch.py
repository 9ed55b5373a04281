"""The size of the batch, read off arrays."""

from diydl.dim import Dim, resolved


def batch_of(data, shape):
    """Return the batch size for which `data` has this shape; None where no size is open.

    Raises
    ------
    ValueError
        If `data` never has this shape.

    Examples
    --------
    >>> from diydl import Net
    >>> x = Net().data((None, 3), id="x")
    >>> batch_of(x, (5, 3))
    5
    >>> batch_of(x, (5, 4))
    Traceback (most recent call last):
    ValueError: 'x' has shape (B, 3), where B is any number, got an array of shape (5, 4)
    """
    expected = data.shape
    if shape == expected:
        return None
    batch = None
    for size, n in zip(expected, shape, strict=False):
        if type(size) is Dim and size.over == (1,) and len(size.terms) == 2:
            batch = (n - size.terms[0]) // size.terms[1]
            break
    known = batch is not None and batch >= 0
    if not known or resolved(expected, batch) != shape:
        rule = ", where B is any number" if any(type(size) is Dim for size in expected) else ""
        raise ValueError(f"{data.id!r} has shape {expected}{rule}, got an array of shape {shape}")
    return batch


def common_batch(entries):
    """Return the size of the batch on which all of these Data agree, or None.

    Raises
    ------
    ValueError
        If one has no value, or two have batches of different sizes.
    """
    first, batch = None, None
    for data in entries:
        if data.value is None:
            raise ValueError(
                f"{data.id!r} has no value: feed it, as in net.forward({{{data.id!r}: array}}), or "
                "ask only for outputs that do not need it"
            )
        size = batch_of(data, data.value.shape)
        if size is None or size == batch:
            continue
        if batch is not None:
            raise ValueError(
                f"{first.id!r} has a batch of {batch} and {data.id!r} one of {size}: feed both"
            )
        first, batch = data, size
    return batch
