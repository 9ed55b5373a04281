"""06/share_buffers: values whose lives do not overlap share memory."""

from diydl.compile.reuse import share_buffers as reference
from diydl.course.bank import Code

exercise = Code(
    "06/share_buffers",
    "Who may use whose memory",
    reference,
    hints=(
        "A step reads its operands while it writes its result. From which step on may the memory "
        "of an operand that it is the last to read be used by others?",
        "For each step: find who dies here, place who is born here, and only then give back. Who "
        "takes the place of a dying one takes it from the others.",
        "1. Begin with an empty dictionary of buffers and an empty list `free`.\n"
        "2. For each step make the list of values that have a buffer and whose `last` is this "
        "step.\n"
        "3. For each value born here ask `over` with the value and that list. If it names one: "
        "take its buffer, and strike it off the list. If it is None: ask `choose` with `free`.\n"
        "4. Give back: put the buffers of those that are still on the list on `free`, and of those "
        "born here whose `last` is this step.\n"
        "5. Return the dictionary.",
    ),
)


@exercise.driver
def share(pieces, born, last, over=None):
    """Share buffers; `over` maps a value to the values it may be written over.

    Returns {value: buffer} as sorted pairs, and how many buffers were made.
    """
    made = []
    over = over or {}

    def may_take(value, dying):
        return next((old for old in over.get(value, ()) if old in dying), None)

    def choose(free, value):
        if free:
            return free.pop(0)
        made.append(value)
        return len(made) - 1

    listed = [last.get(slot, -1) for slot in range(max(last) + 1)]
    found = pieces.share_buffers([list(row) for row in born], listed, may_take, choose)
    if not isinstance(found, dict):
        return {"kind": type(found).__name__, "buffers": [], "made": 0}
    pairs = sorted([int(value), int(buffer)] for value, buffer in found.items())
    return {"kind": "dict", "buffers": pairs, "made": len(made)}


@exercise.mistake(
    "You give back before you place. While a step writes its result it still reads its operands: a "
    "product of matrices that is written over one of them reads what it has just written. Give "
    "back when the step is done."
)
def gives_back_first(born, last, over, choose):
    buffers, free, gone = {}, [], set()
    for number, values in enumerate(born):
        dying = [value for value in buffers if last[value] == number and value not in gone]
        free += [buffers[value] for value in dying]
        for value in values:
            old = over(value, list(dying))
            if old is None:
                buffers[value] = choose(free, value)
            else:
                buffers[value] = buffers[old]
                dying.remove(old)
                if buffers[old] in free:
                    free.remove(buffers[old])
        for value in values:
            if last[value] == number:
                gone.add(value)
                free.append(buffers[value])
    return buffers


@exercise.mistake(
    "What was read for the last time is not given back, so each value gets memory of its own. When "
    "a step is done, the buffers of those that it was the last to read go to `free`."
)
def never_gives_back(born, last, over, choose):
    buffers, free = {}, []
    for number, values in enumerate(born):
        dying = [value for value in buffers if last[value] == number]
        for value in values:
            old = over(value, list(dying))
            if old is None:
                buffers[value] = choose(free, value)
            else:
                buffers[value] = buffers[old]
                dying.remove(old)
        free += [buffers[value] for value in values if last[value] == number]
    return buffers


@exercise.mistake(
    "You never write in place: `over` is not asked. A tanh of an array that nobody reads "
    "afterwards needs no second array."
)
def never_in_place(born, last, over, choose):
    buffers, free = {}, []
    for number, values in enumerate(born):
        for value in values:
            buffers[value] = choose(free, value)
        free += [buffers[value] for value in buffers if last[value] == number]
    return buffers


@exercise.mistake(
    "A value whose place was taken is given back all the same. Its buffer is in use: strike it off "
    "the list of the dying."
)
def taken_and_given_back(born, last, over, choose):
    buffers, free = {}, []
    for number, values in enumerate(born):
        dying = [value for value in buffers if last[value] == number]
        left = list(dying)
        for value in values:
            old = over(value, list(left))
            if old is None:
                buffers[value] = choose(free, value)
            else:
                buffers[value] = buffers[old]
                left.remove(old)
        free += [buffers[value] for value in dying]
        free += [buffers[value] for value in values if last[value] == number]
    return buffers


@exercise.mistake(
    "Two values that are born in one step take the place of the same dying one. Strike it off the "
    "list once its place is taken."
)
def taken_twice(born, last, over, choose):
    buffers, free = {}, []
    for number, values in enumerate(born):
        dying = [value for value in buffers if last[value] == number]
        taken = set()
        for value in values:
            old = over(value, list(dying))
            taken.add(old)
            buffers[value] = choose(free, value) if old is None else buffers[old]
        free += [buffers[value] for value in dying if value not in taken]
        free += [buffers[value] for value in values if last[value] == number]
    return buffers


@exercise.mistake(
    "A value that nobody reads is never given back: its last step is the one that makes it, and "
    "you look for the dying before it is there. Look at those born here too."
)
def unread_stay(born, last, over, choose):
    buffers, free = {}, []
    for number, values in enumerate(born):
        dying = [value for value in buffers if last[value] == number]
        for value in values:
            old = over(value, list(dying))
            if old is None:
                buffers[value] = choose(free, value)
            else:
                buffers[value] = buffers[old]
                dying.remove(old)
        free += [buffers[value] for value in dying]
    return buffers
