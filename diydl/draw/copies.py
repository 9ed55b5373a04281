"""Groups of copies: the same part of a graph many times, of which one can be shown for all."""

from collections import Counter
from dataclasses import replace

from diydl.draw.picture import Group, Picture
from diydl.draw.row import LEAVES

MOST = 32  # copies that are kept; of more only the first is


def with_copies(picture, row, found):
    """Return the picture with a group around copies; `found` holds the items of a `Row` of each.

    Examples
    --------
    >>> from diydl.draw.picture import Node
    >>> from diydl.draw.row import Row
    >>> chain = Picture([Node("exp")] * 9, [(k, k + 1) for k in range(8)])
    >>> with_copies(chain, Row(chain, None), [[k] for k in range(9)]).groups[0].label
    'exp'
    """
    parts = [[k for item in copy for k in row.items[item]] for copy in found]
    leaves = _own_leaves(picture, row, parts)
    copies = tuple((*part, *own) for part, own in zip(parts, leaves, strict=True))
    label, note = _named(picture, row, found)
    number = len(picture.groups)
    carried = _carried(row, parts)
    group = Group(label, row.container, note, copies, len(found), carried, "part")
    groups = [*picture.groups, group]
    nodes = list(picture.nodes)
    for c, items in enumerate(found):
        inner = row.groups[items[0]] if len(items) == 1 else None
        if inner is not None:
            groups[inner] = replace(groups[inner], parent=number)
        elif len(copies[c]) > 1:
            inner = len(groups)
            groups.append(Group(f"{label} {c + 1}", number, kind="part"))
            for child in (row.groups[item] for item in items):
                if child is not None:
                    groups[child] = replace(groups[child], parent=inner)
        else:
            inner = number
        for k in copies[c]:
            if nodes[k].group == row.container:
                nodes[k] = replace(nodes[k], group=inner)
    whole = Picture(nodes, picture.edges, groups)
    return _cut(whole, number) if len(found) > MOST else whole


def _own_leaves(picture, row, parts):
    """Return the leaves that belong to one copy alone, for each copy in the same order."""
    copy_of = {k: c for c, part in enumerate(parts) for k in part}
    users = {}
    for a, b in picture.edges:
        if picture.nodes[a].kind in LEAVES:
            users.setdefault(a, set()).add(copy_of.get(b))
    found = []
    for part in parts:
        own = {}
        for position, k in enumerate(part):
            for slot, a in enumerate(row.inputs[k]):
                if len(users.get(a, ())) == 1 and a not in own.values():
                    own[position, slot] = a
        found.append(own)
    common = [key for key in found[0] if all(key in own for own in found)]
    return [[own[key] for key in common] for own in found]


def _carried(row, parts):
    """Return what the second copy hands to the third, as nodes of the first."""
    read = {a for k in parts[2] for a in row.inputs[k]}
    return tuple(first for first, second in zip(parts[0], parts[1], strict=True) if second in read)


def _named(picture, row, found):
    """Return the label of a group of copies, and a line that says what is in it."""
    groups = [row.groups[item] for item in found[0] if row.groups[item] is not None]
    ops = [k for item in found[0] for k in row.items[item]]
    if len(ops) == 1 and not groups:
        return picture.nodes[ops[0]].label.partition("(")[0], ""
    if len(groups) == 1 and len(found[0]) == 1:
        inner = picture.groups[groups[0]]
        return inner.label.partition(" ")[0], inner.note
    read, again = (
        {a for item in copy for k in row.items[item] for a in row.inputs[k]} for copy in found[:2]
    )
    shared = any(picture.nodes[a].kind in ("parameter", "frozen") for a in read & again)
    return ("step" if shared else "part"), counted([picture.nodes[k] for k in ops])


def counted(nodes):
    """Say in a few words which operations there are, the most frequent first.

    Examples
    --------
    >>> from diydl.draw.picture import Node
    >>> counted([Node("mul"), Node("exp"), Node("mul"), Node("add")])
    'mul × 2, exp, add'
    """
    labels = Counter(node.label.partition("(")[0] for node in nodes)
    words = [label + (f" × {n}" if n > 1 else "") for label, n in labels.most_common(3)]
    return ", ".join(words) + (", ..." if len(labels) > 3 else "")


def _cut(picture, number):
    """Return the picture with the first copy of a group alone, which stands for all."""
    copies = picture.groups[number].copies
    twin = {
        k: (c, f) for c, copy in enumerate(copies) for k, f in zip(copy, copies[0], strict=True)
    }
    kept = [k for k in range(len(picture.nodes)) if twin.get(k, (0, k))[0] == 0]
    edges = {}
    for a, b in picture.edges:
        (c, start), (d, end) = twin.get(a, (None, a)), twin.get(b, (None, b))
        if c is None or d is None or c == d == 0:
            edges.setdefault((start, end), []).append((a, b) == (start, end))
    edges = [edge for edge, own in edges.items() for _ in range(max(1, sum(own)))]
    needed = {g for k in kept for g in picture.around(picture.nodes[k].group)}
    place = {k: new for new, k in enumerate(kept)}
    at = {g: new for new, g in enumerate(sorted(needed))}
    groups = []
    for g in sorted(needed):
        group = picture.groups[g]
        whole = [copy for copy in group.copies if all(k in place for k in copy)]
        groups.append(
            replace(
                group,
                parent=at.get(group.parent),
                copies=tuple(tuple(place[k] for k in copy) for copy in whole),
                carried=tuple(place[k] for k in group.carried if k in place),
            )
        )
    results = {twin.get(k, (0, k))[1] for k, n in enumerate(picture.nodes) if n.kind == "result"}
    nodes = [
        replace(node, group=at.get(node.group), kind="result" if k in results else node.kind)
        for k, node in ((k, picture.nodes[k]) for k in kept)
    ]
    return Picture(nodes, [(place[a], place[b]) for a, b in edges], groups)
