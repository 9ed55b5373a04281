"""The operations of a picture in a row, as signatures: equal ones look the same in a picture."""

import re

import numpy as np

LEAVES = ("parameter", "frozen", "data", "constant")


class Row:
    """What stands directly in one group of a picture, inputs before users.

    Attributes
    ----------
    items : for each the operations in it: one, or those of a group inside
    groups : for each the number of that group, or None
    codes : for each a number; equal ones look the same
    at : {operation: (number of its item, position in it)}

    Examples
    --------
    >>> from diydl.draw.picture import Node, Picture
    >>> nodes = [Node("x", "data"), Node("exp"), Node("tanh"), Node("exp")]
    >>> Row(Picture(nodes, [(0, 1), (1, 2), (2, 3)]), None).codes.tolist()
    [0, 1, 0]
    """

    def __init__(self, picture, container, order=None):
        self.picture, self.container = picture, container
        self.inputs = [[] for _ in picture.nodes]
        for a, b in picture.edges:
            self.inputs[b].append(a)
        found = {}
        for k in order or in_order(picture):
            item = self._item(k) if picture.nodes[k].kind not in LEAVES else None
            if item is not None:
                found.setdefault(item, []).append(k)
        self.items = list(found.values())
        self.groups = [k if kind == "group" else None for kind, k in found]
        self.at = {k: (i, p) for i, item in enumerate(self.items) for p, k in enumerate(item)}
        known = {}
        signatures = [tuple(map(self.signature, item)) for item in self.items]
        codes = [known.setdefault(signature, len(known)) for signature in signatures]
        self.codes = np.array(codes, dtype=np.int64)

    def _item(self, k):
        """Return what stands for node k in the container: itself, a group, or nothing."""
        chain = self.picture.around(self.picture.nodes[k].group)
        if self.container is not None:
            if self.container not in chain:
                return None
            chain = chain[chain.index(self.container) + 1 :]
        return ("group", chain[0]) if chain else ("node", k)

    def signature(self, k):
        """Return what a node looks like, whatever number it has."""
        node, kinds = self.picture.nodes[k], []
        for source in self.inputs[k]:
            leaf = self.picture.nodes[source]
            kinds.append(leaf.shape if leaf.kind in LEAVES[:2] else "value")
        path = self.picture.around(node.group)
        if self.container is not None:
            path = path[path.index(self.container) + 1 :]
        path = tuple(plain(self.picture.groups[g].label) for g in path)
        kind = "computed" if node.kind == "result" else node.kind
        return plain(node.label), kind, node.shape, tuple(kinds), path


def plain(label):
    """Return a label without the numbers in it.

    Examples
    --------
    >>> plain("getitem(index=3)")
    'getitem(index=#)'
    """
    return re.sub(r"\d+", "#", label)


def in_order(picture):
    """Return the nodes so that what belongs together stands together, inputs before users.

    Nodes in groups were given in the order of their computation. Else the input with the longest
    history comes first: so a recurrence stands step after step.

    Examples
    --------
    >>> from diydl.draw.picture import Node, Picture
    >>> nodes = [Node("x"), Node("w"), Node("exp"), Node("mul")]
    >>> in_order(Picture(nodes, [(1, 3), (2, 3), (0, 2)]))
    [0, 2, 1, 3]
    """
    count = len(picture.nodes)
    if picture.groups:
        return list(range(count))
    inputs, depth = [[] for _ in range(count)], [0] * count
    for a, b in sorted(picture.edges, key=lambda edge: edge[1]):
        inputs[b].append(a)
        depth[b] = max(depth[b], depth[a] + 1)
    used = {a for a, _ in picture.edges}
    order, seen = [], set()
    for root in (k for k in range(count) if k not in used):
        stack = [(root, False)]
        while stack:
            k, done = stack.pop()
            if done:
                order.append(k)
            elif k not in seen:
                seen.add(k)
                stack.append((k, True))
                stack.extend((a, False) for a in sorted(inputs[k], key=depth.__getitem__))
    return order
