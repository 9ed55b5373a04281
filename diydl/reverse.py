"""The reverse sweep: the one loop that every engine differentiates with.

A node has `prim` (None for a leaf), `inputs` (the nodes it was computed from; None where nobody
needs a gradient), `shape` and `dtype`. How its VJP is called is the engine's business.
"""

from diydl.exercise import exercise


@exercise("03/toposort")
def toposort(root):
    """Return `root` and every node it depends on, inputs before their users.

    Iterative, so that a chain of 100,000 nodes does not reach Python's recursion limit.

    Examples
    --------
    >>> from types import SimpleNamespace as Node
    >>> a = Node(name="a", inputs=())
    >>> b = Node(name="b", inputs=(a, None))
    >>> [node.name for node in toposort(Node(name="c", inputs=(a, b)))]
    ['a', 'b', 'c']
    """
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        node, inputs_done = stack.pop()
        if inputs_done:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend([(source, False) for source in node.inputs if source is not None])
    return order


@exercise("03/reverse_sweep")
def reverse_sweep(order, seed, pull):
    """Return {leaf: gradient of the last node of `order` with respect to it}.

    Parameters
    ----------
    order : list of nodes
        Inputs before their users, as `toposort` returns them.
    seed : array or value
        Gradient of the final scalar with respect to the last node.
    pull : callable
        ``pull(node, g)`` returns one gradient per entry of ``node.inputs``, or None.

    Examples
    --------
    >>> from types import SimpleNamespace as Node
    >>> import numpy as np
    >>> class Leaf: prim, inputs, shape, dtype = None, (), (), np.dtype(float)
    >>> x = Leaf()
    >>> class Square(Leaf): prim, inputs = "square", (x, x)
    >>> sweep = reverse_sweep([x, Square()], np.ones(()), lambda node, g: (3 * g, 3 * g))
    >>> float(sweep[x])
    6.0
    """
    grads = {order[-1]: seed}
    for node in reversed(order):
        if node.prim is None:
            continue  # a leaf keeps what has arrived
        g = grads.pop(node, None)
        if g is None:
            continue
        for source, gx in zip(node.inputs, pull(node, g), strict=True):
            if source is not None and gx is not None:
                grads[source] = grads[source] + gx if source in grads else gx
    return grads


def fitted(grads, node):
    """Return the gradients that a VJP gave for the inputs of `node`, each in its input's dtype.

    Raises
    ------
    ValueError
        If a gradient has another shape than its input, or there is one too few or too many.

    Examples
    --------
    >>> import numpy as np
    >>> from types import SimpleNamespace as Node
    >>> x = Node(shape=(2,), dtype=np.dtype("float32"))
    >>> fitted([np.ones(2)], Node(inputs=[x], prim=Node(name="exp")))
    [array([1., 1.], dtype=float32)]
    """
    sources, fit = node.inputs, []
    if len(grads) != len(sources):
        raise ValueError(
            f"the VJP of {node.prim.name} returned {len(grads)} gradients for {len(sources)} inputs"
        )
    for gx, source in zip(grads, sources, strict=True):
        if source is None or gx is None:
            fit.append(None)
            continue
        if gx.shape != source.shape:
            raise ValueError(
                f"the VJP of {node.prim.name} returned a gradient of shape {gx.shape} for an input "
                f"of shape {source.shape}: they must be equal (was a broadcast axis not summed?)"
            )
        fit.append(gx if gx.dtype == source.dtype else gx.astype(source.dtype))
    return fit
