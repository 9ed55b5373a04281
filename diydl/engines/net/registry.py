"""The nodes of a net by their IDs."""

import difflib
from collections import Counter
from contextlib import contextmanager
from fnmatch import fnmatchcase


class Registry(dict):
    """A dict from ID to node that hands out free IDs and suggests the nearest for unknown ones.

    Examples
    --------
    >>> from types import SimpleNamespace as Node
    >>> nodes = Registry()
    >>> nodes.add(Node(name=""), "mul"), nodes.add(Node(name=""), "mul")
    ('mul', 'mul_2')
    >>> nodes.find("mul_3")
    Traceback (most recent call last):
    LookupError: no node 'mul_3' in this net; did you mean 'mul_2'?
    """

    def __init__(self):
        self._last, self._prefix = Counter(), ""

    def add(self, node, id, *, exactly=False):
        """Take `node` in under `id`, or, if it is taken and need not be `exactly` that, the next.

        A node that is already here loses its old ID.
        """
        if not isinstance(id, str) or not id:
            raise TypeError(f"an ID is a text, got {id!r}")
        id = self._prefix + id
        if self.get(id) is node:
            return id
        if exactly and id in self:
            raise ValueError(f"this net has a node {id!r} already: IDs are unique")
        if self.get(node.name) is node:
            del self[node.name]
        node.name = id = self._free(id)
        self[id] = node
        return id

    def _free(self, id):
        if id not in self:
            return id
        count = max(self._last[id], 1)
        while f"{id}_{count + 1}" in self:
            count += 1
        self._last[id] = count + 1
        return f"{id}_{count + 1}"

    def find(self, id):
        """Return the node with this ID."""
        if id in self:
            return self[id]
        near = difflib.get_close_matches(str(id), list(self), n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"net.nodes lists all {len(self)}"
        raise LookupError(f"no node {id!r} in this net; {hint}")

    def matching(self, pattern):
        """Return all nodes whose ID fits `pattern`, where ``*`` stands for any text."""
        if pattern in self:
            return [self[pattern]]
        return [node for id, node in self.items() if fnmatchcase(id, pattern)] or [
            self.find(pattern)
        ]

    @contextmanager
    def scope(self, name):
        """Put ``name/`` before the IDs of all that is made inside the block."""
        outer, self._prefix = self._prefix, f"{self._prefix}{name}/"
        try:
            yield
        finally:
            self._prefix = outer
