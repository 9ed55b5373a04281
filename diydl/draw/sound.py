"""Groups that can be closed: none of them is left and entered again."""

from dataclasses import replace

from diydl.draw.picture import Picture


def sound(picture):
    """Return the picture without groups that would make edges run in a circle when closed.

    What such a group held then belongs to the group around it.

    Examples
    --------
    >>> from diydl.draw.picture import Group, Node
    >>> nodes = [Node("a", group=0), Node("b"), Node("c", group=0)]
    >>> sound(Picture(nodes, [(0, 1), (1, 2)], [Group("left and entered again")])).groups
    []
    """
    while picture.groups:
        culprit = _culprit(picture)
        if culprit is None:
            return picture
        picture = _without(picture, culprit)
    return picture


def _culprit(picture):
    """Return a group that is part of a circle among the groups and nodes around it, or None.

    If there is none in any container, there is none whatever is closed: a circle among what is
    seen is one among what stands in some container, or in one of its groups.
    """
    chains = [picture.around(node.group) for node in picture.nodes]
    levels = {}
    for a, b in picture.edges:
        one, two = [*chains[a], ("node", a)], [*chains[b], ("node", b)]
        k = next((k for k, (x, y) in enumerate(zip(one, two, strict=False)) if x != y), None)
        if k is not None:
            levels.setdefault(tuple(one[:k]), set()).add((one[k], two[k]))
    for edges in levels.values():
        stuck = [item for item in _stuck(edges) if not isinstance(item, tuple)]
        if stuck:
            return max(stuck)
    return None


def _stuck(edges):
    """Return what is left when all without inputs, then all without users, is taken away."""
    left = {item for edge in edges for item in edge}
    for side in (0, 1):
        waiting = dict.fromkeys(left, 0)
        beyond = {}
        for edge in edges:
            if edge[0] in left and edge[1] in left:
                waiting[edge[1 - side]] += 1
                beyond.setdefault(edge[side], []).append(edge[1 - side])
        ready = [item for item in left if not waiting[item]]
        for item in ready:  # grows while it is read
            left.discard(item)
            for other in beyond.get(item, ()):
                waiting[other] -= 1
                if not waiting[other]:
                    ready.append(other)
    return left


def _without(picture, gone):
    """Return the picture with a group dissolved."""
    parent = picture.groups[gone].parent
    place = {g: g - (g > gone) for g in range(len(picture.groups)) if g != gone}
    place |= {gone: place.get(parent), None: None}
    groups = [
        replace(group, parent=place[group.parent])
        for g, group in enumerate(picture.groups)
        if g != gone
    ]
    nodes = [replace(node, group=place[node.group]) for node in picture.nodes]
    return Picture(nodes, picture.edges, groups)
