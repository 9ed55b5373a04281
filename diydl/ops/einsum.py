"""Einstein summation: products and sums of arrays, told by letters."""

import functools
import math

from diydl.ops.lookup import getitem_grad
from diydl.ops.shape import broadcast_to, reshape, transpose, unbroadcast
from diydl.primitive import primitive

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


@functools.lru_cache(maxsize=256)
def _parse(subscripts, ranks):
    """Return the letters of each operand and of the result; `...` becomes letters too."""
    words = subscripts.replace(" ", "")
    left, arrow, right = words.partition("->")
    terms = left.split(",")
    if len(terms) != len(ranks):
        raise ValueError(f"subscripts {subscripts!r} name {len(terms)} operands, got {len(ranks)}")
    spare = [c for c in LETTERS if c not in words]
    widths = [rank - len(t.replace("...", "")) for t, rank in zip(terms, ranks, strict=True)]
    hidden = [n if "..." in t else 0 for t, n in zip(terms, widths, strict=True)]
    for term, rank, width in zip(terms, ranks, widths, strict=True):
        if width < 0 or (width and "..." not in term):
            raise ValueError(
                f"subscripts {subscripts!r}: {term!r} does not name the {rank} axes of its operand"
            )
    batch = "".join(spare[: max(hidden)])
    terms = [t.replace("...", batch[len(batch) - n :]) for t, n in zip(terms, hidden, strict=True)]
    if not arrow:
        letters = "".join(terms)
        once = sorted(c for c in set(letters) - set(batch) if letters.count(c) == 1)
        right = "..." + "".join(once)
    return tuple(terms), right.replace("...", batch)


def _sizes(subscripts, shapes):
    """Return the letters of the result and the size that each letter stands for."""
    terms, result = _parse(subscripts, tuple(map(len, shapes)))
    sizes = {}
    for i, (term, shape) in enumerate(zip(terms, shapes, strict=True)):
        for letter, n in zip(term, shape, strict=True):
            if sizes.get(letter, 1) != n and n != 1 and sizes.get(letter, 1) != 1:
                raise ValueError(
                    f"subscripts {subscripts!r}: {letter!r} has size {n} in operand {i}, whose "
                    f"shape is {shape}, and {sizes[letter]} before"
                )
            sizes[letter] = n if sizes.get(letter, 1) == 1 else sizes[letter]
    unknown = [c for c in result if c not in sizes]
    if unknown or len(set(result)) < len(result):
        raise ValueError(
            f"subscripts {subscripts!r}: expected each letter of the result once, and in an operand"
        )
    return result, sizes


def _einsum_shape(*shapes, subscripts):
    result, sizes = _sizes(subscripts, shapes)
    return tuple(sizes[c] for c in result)


def _einsum_flops(_, *shapes, subscripts):
    _, sizes = _sizes(subscripts, shapes)
    return len(shapes) * math.prod(sizes.values())


@primitive(shape=_einsum_shape, flops=_einsum_flops, saves="xs", view=True)
def einsum(xp, *xs, subscripts):
    """Einstein summation, with the subscripts of ``numpy.einsum``.

    Examples
    --------
    >>> a, b = np.ones((2, 3)), np.ones((3, 4))
    >>> einsum(a, b, subscripts="ij,jk->ik").shape
    (2, 4)
    """
    return xp.einsum(subscripts, *xs, optimize=len(xs) > 1)


@einsum.def_vjp
def einsum_vjp(g, out, *xs, subscripts):
    terms, result = _parse(subscripts, tuple(x.ndim for x in xs))
    return [_gradient_of(i, g, result, xs, terms) for i in range(len(xs))]


def _gradient_of(i, g, result, xs, terms):
    """Contract `g` with all other operands, then give it the axes of operand `i`."""
    others, names = (*xs[:i], *xs[i + 1 :]), (*terms[:i], *terms[i + 1 :])
    sizes = dict(zip(terms[i], xs[i].shape, strict=True))  # each letter once
    kept = "".join(c for c in sizes if c in result or any(c in name for name in names))
    gx = einsum(g, *others, subscripts=f"{','.join((result, *names))}->{kept}")
    found = dict(zip(kept, gx.shape, strict=True))
    gx = reshape(gx, shape=tuple(found.get(c, 1) for c in sizes))
    gx = unbroadcast(gx, tuple(1 if n == 1 else found.get(c, 1) for c, n in sizes.items()))
    gx = broadcast_to(gx, shape=tuple(sizes.values()))
    return gx if len(sizes) == xs[i].ndim else _on_diagonals(gx, "".join(sizes), terms[i])


def _on_diagonals(gx, letters, term):
    """Spread an axis over each letter that `term` repeats: zeros, but for the diagonal."""
    for c in dict.fromkeys(letters):
        times, place = term.count(c), letters.index(c)
        n, rest = gx.shape[place], gx.shape[:place] + gx.shape[place + 1 :]
        order = (place, *(i for i in range(gx.ndim) if i != place))
        step = sum(n**k for k in range(times))  # from one element of the diagonal to the next
        gx = getitem_grad(
            transpose(gx, axes=order), index=slice(None, None, step), shape=(n**times, *rest)
        )
        gx = reshape(gx, shape=(n,) * times + rest)
        letters = c * times + letters.replace(c, "")
    places = {c: [i for i, d in enumerate(letters) if d == c] for c in letters}
    return transpose(gx, axes=tuple(places[c].pop(0) for c in term))
