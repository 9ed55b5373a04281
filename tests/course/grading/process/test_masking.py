"""In a process that runs a submission the reference of the exercise is nowhere."""

import json
import subprocess
import sys
import textwrap

import pytest

from diydl.course.ownership import pieces

LOOK = """
import gc, inspect, json, sys
import numpy as np
import diydl as dl
import diydl.testing.numeric, diydl.draw.raster
from diydl.course.grading.process.masking import remove_references
from diydl.course.grading.process.worker import _import_all
from diydl.exercise import SLOTS, HiddenReferenceError

_import_all(diydl)
told = {}
for id in list(SLOTS):
    slot = SLOTS[id]
    raw, code = slot._reference, slot._reference.__code__
    signature = str(inspect.signature(slot))
    defaults = len(raw.__defaults__ or ()), len(raw.__kwdefaults__ or ())
    remove_references([id])
    found = [raw, slot, slot.current, slot._reference, slot.reference, slot.__wrapped__]
    said = set()
    for function in found:
        try:
            function(*[np.ones((2, 2))] * 3)
            said.add("answered")
        except Exception as error:
            said.add(type(error).__name__)
    del found, function
    holders = [type(x).__name__ for x in gc.get_referrers(code) if x is not globals()]
    told[id] = [sorted(said), holders, str(inspect.signature(slot)) == signature]
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def told():
    run = [sys.executable, "-c", textwrap.dedent(LOOK)]
    return json.loads(subprocess.run(run, capture_output=True, text=True, check=True).stdout)


def test_every_slot_is_covered(told):
    assert set(told) >= set(pieces())


def test_every_handle_refuses(told):
    assert {id: said for id, (said, _, _) in told.items() if said != ["HiddenReferenceError"]} == {}


def test_nothing_holds_its_code(told):
    assert {id: holders for id, (_, holders, _) in told.items() if holders} == {}


def test_the_header_stays(told):
    assert all(same for _, _, same in told.values())


def test_a_closure_is_blanked_too():
    look = """
    from diydl.exercise import exercise, HiddenReferenceError
    from diydl.course.grading.process.masking import remove_references

    def outer(a, b):
        @exercise("99/closed")
        def closed(x, y=3, *, z=4):
            return a + b + x + y + z
        return closed

    raw = outer(1, 2)._reference
    assert raw(5) == 15
    remove_references(["99/closed", "99/unknown"])
    for arguments in ((), (5,)):
        try:
            raw(*arguments)
        except HiddenReferenceError:
            print("refused")
    """
    run = [sys.executable, "-c", textwrap.dedent(look)]
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["refused", "refused"]
