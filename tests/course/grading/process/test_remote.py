"""An answer in another process behaves for the tests as one in this process does."""

import os
import time

import numpy as np
import pytest

from diydl.course.catalog import find_exercise
from diydl.course.compare import Mismatch, agree, leaves_inputs_alone
from diydl.course.grading.choice import given_statements
from diydl.course.grading.drivers import driver_text
from diydl.course.grading.errors import clean
from diydl.course.grading.process import host as host_module
from diydl.course.grading.process.host import Host, host_for
from diydl.course.grading.process.remote import Budget, Over, RemoteTrial, Sitting
from diydl.course.grading.process.streams import HostError
from diydl.course.grading.sandbox import Jail
from diydl.course.limits import AnswerStopped
from diydl.course.rebuild import AnswerError
from diydl.exercise import ReentryError

RELU = find_exercise("00/relu")


def plan(cell, exercise=RELU, **more):
    return {
        "id": exercise.id,
        "name": exercise.name,
        "cell": cell,
        "before": [],
        "given": given_statements(exercise.id[:2]),
        "drivers": driver_text(exercise),
        "elsewhere": [],
        "seed": 1,
        **more,
    }


@pytest.fixture
def sit():
    """Return a function that makes a trial of a cell; all of them are closed at the end."""
    sittings = []

    def made(cell, exercise=RELU, **more):
        budget = Budget(time.monotonic() + 60, call_s=more.pop("call_s", 30), cell_s=30)
        host = more.pop("host", None) or host_for("auto", 2048, 90)
        sittings.append(Sitting(host, plan(cell, exercise, **more), budget))
        return RemoteTrial(exercise, sittings[-1], seed=1)

    yield made
    for sitting in sittings:
        sitting.close()


def test_values_come_back(sit):
    sub = sit("def relu(x):\n    return dl.maximum(x, 0)").sub
    x = np.array([[-1.0, 2.0]], "float32")
    agree(sub.relu(x), np.array([[0.0, 2.0]], "float32"))


def test_arguments_are_copies_that_keep_their_layout(sit):
    sub = sit("def relu(x):\n    s = x.strides\n    x[:] = 7\n    return list(s)").sub
    x = np.arange(6.0).reshape(2, 3).T[::-1]
    assert sub.relu(x) == list(x.strides)
    assert 7 not in x


def test_a_changed_and_a_shared_argument_are_seen(sit):
    changes = sit("def relu(x):\n    x[0] = 9\n    return x + 1").sub
    with pytest.raises(Mismatch, match="the argument x was changed"):
        leaves_inputs_alone(changes.relu, np.zeros(3))
    shares = sit("def relu(x):\n    return x[1:]").sub
    with pytest.raises(Mismatch, match="shares its memory with the argument x"):
        leaves_inputs_alone(shares.relu, np.zeros(3))
    fine = sit("def relu(x):\n    return x + 1").sub
    agree(leaves_inputs_alone(fine.relu, np.zeros(3)), np.ones(3))


def test_in_place_updates_are_seen_through_put(sit):
    trial = sit("def relu(x):\n    x += 1")
    held = trial.sub.put(np.zeros(2))
    trial.sub.relu(held)
    trial.sub.relu(held)
    agree(held.now, np.full(2, 2.0))
    assert trial.sub.relu.facts.mutated == ()


def test_put_works_in_the_notebook_too():
    from diydl.course.engine import Trial
    from diydl.course.limits import Limit

    with Limit(5) as limit:
        sub = Trial(RELU, lambda x: np.add(x, 1, out=x), 1, limit).sub
        held = sub.put(np.zeros(2))
        sub.relu(held)
        agree(held.now, np.ones(2))


def test_what_is_no_plain_data_can_be_nothing(sit):
    cell = (
        "class Yes:\n    __eq__ = lambda s, o: True\n    shape = (3,)\n"
        "def relu(x):\n    return Yes()"
    )
    found = sit(cell).sub.relu(np.zeros(3))
    assert type(found).__name__ == "Yes"
    with pytest.raises(Mismatch, match="is a __main__.Yes, expected an array"):
        agree(found, np.zeros(3))
    with pytest.raises(TypeError):
        assert found == 3
    with pytest.raises(TypeError):
        assert found


def test_errors_come_out_as_they_are_with_their_line(sit):
    trial = sit("def relu(x):\n    y = x + 1\n    raise KeyError('no such')")
    with pytest.raises(KeyError) as caught:
        trial.sub.relu(1)
    assert caught.value.answer_line == (3, "raise KeyError('no such')")
    assert caught.value.answer_said == "'no such'"
    own = sit("class Mine(Exception): pass\ndef relu(x):\n    raise Mine('here')")
    with pytest.raises(Exception, match="here") as caught:
        own.sub.relu(1)
    assert type(caught.value).__name__ == "Mine"


@pytest.mark.parametrize("name", ["KeyboardInterrupt", "GeneratorExit", "BaseException"])
def test_nothing_that_ends_a_grader_comes_out(sit, name):
    with pytest.raises(Exception, match="stop") as caught:
        sit(f"def relu(x):\n    raise {name}('stop')").sub.relu(1)
    assert isinstance(caught.value, Exception)


def test_a_cell_without_an_answer(sit):
    with pytest.raises(AnswerError, match="does not define `relu`"):
        sit("x = 3").sitting.open()


def test_the_form_is_described(sit):
    form = sit("def relu(x, *, k=(1, 2)):\n    return x").sitting.open()
    assert form == {"kind": "function", "parameters": [["x", 1, None], ["k", 3, "(1, 2)"]]}


def test_the_slot_is_the_answer_while_it_is_called(sit):
    exercise = find_exercise("03/sum_to")
    cell = (
        "def sum_to(xp, x, *, shape):\n    return dl.sum(x) if x.ndim else dl.sum_to(x, shape=())"
    )
    with pytest.raises(ReentryError):
        sit(cell, exercise).drive("fold", np.array(2.0), [])


def test_a_driver_returns_plain_data_or_nothing(sit):
    exercise = find_exercise("03/newton_step")
    trial = sit("def newton_step(f, x):\n    return dl.tensor(x)", exercise)
    assert trial.drive("step", "parabola", 1.0, 2.0, 3.0) == {"place": 3.0, "kind": "Tensor"}
    odd = sit(
        "def backward(g, steps):\n    return g",
        find_exercise("02/backward"),
        drivers="def odd(pieces):\n    return [pieces]",
    )
    with pytest.raises(TypeError, match="must return plain data"):
        odd.drive("odd")


def test_it_is_the_same_every_time(sit):
    cell = (
        "import random\ndef relu(x):\n    return [random.random(), *np.random.rand(2), hash('a')]"
    )
    first, second = (sit(cell).sub.relu(1) for _ in range(2))
    assert first == second


def test_notebook_talk_is_taken_quietly(sit):
    cell = (
        "from diydl.course import check, hint, use_mine, watch\nuse_mine()\n"
        "with watch() as ran:\n    pass\nprint(ran)\ncheck('00/relu', 3)\ndisplay(3)\n"
        "get_ipython().run_line_magic('matplotlib', 'inline')\n"
        "def relu(x):\n    display(x)\n    print('hi')\n    return x"
    )
    assert sit(cell).sub.relu(3) == 3


@pytest.mark.parametrize(
    "code",
    [
        "from diydl.course import checks",
        "import diydl.course.checks.ch00_first_win.relu",
        "import diydl.course.grading.grader",
        "from diydl.course.bank import Code",
        "import importlib; importlib.import_module('diydl.course.catalog')",
    ],
)
def test_the_course_cannot_be_imported(sit, code):
    cell = f"try:\n    {code}\n    told = 'there'\nexcept ImportError:\n    told = 'not there'\n"
    assert sit(cell + "def relu(x):\n    return told").sub.relu(1) == "not there"


def test_nothing_of_the_checks_is_in_the_process(sit):
    cell = (
        "import gc, sys\n"
        "found = sorted(m for m in sys.modules if 'course' in m or '_pytest.' in m)\n"
        "texts = [o for o in gc.get_objects() if isinstance(o, dict) and 'reference' in o]\n"
        "def relu(x):\n    return [found, len(texts), sys.argv, sorted(globals())]"
    )
    modules, texts, argv, names = sit(cell).sub.relu(1)
    assert modules == ["diydl.course"]
    assert texts == 0
    assert argv == [] or "json" not in "".join(argv)
    assert "reference" not in names


class TestHost:
    """Processes are started, ended, and started again after the worst."""

    def test_a_reply_without_the_token_is_none(self, sit):
        """A submission that writes to every open file cannot answer for itself."""
        cell = (
            "import os, struct\ndef relu(x):\n    for fd in range(3, 60):\n        try:\n"
            "            os.write(fd, struct.pack('<Q', 3) + b'yes')\n"
            "        except OSError:\n            pass\n    return x"
        )
        with pytest.raises(AnswerStopped, match="no reply"):
            sit(cell).sub.relu(np.zeros(2))

    def test_a_call_that_hangs_closes_the_sitting(self, sit):
        trial = sit("def relu(x):\n    while x: pass\n    return 3", call_s=0.5)
        assert trial.sub.relu(0) == 3
        with pytest.raises(Over, match="a call was still running after 0.5 seconds"):
            trial.sub.relu(1)
        with pytest.raises(Over, match="still running"):
            trial.sub.relu(0)

    def test_a_zygote_that_was_killed_is_replaced(self, sit):
        host = Host(Jail("none"), 2048, 60)
        host.get_ready()
        host._zygote.kill()
        host._zygote.wait()
        try:
            assert sit("def relu(x):\n    return 3", host=host).sub.relu(0) == 3
        finally:
            host.close()

    def test_what_cannot_start_is_the_graders_fault(self, monkeypatch):
        monkeypatch.setattr(host_module, "_WORKER", "nowhere.py")
        with pytest.raises(HostError, match="nowhere.py"):
            Host(Jail("none"), 2048, 60).start()
        with pytest.raises(HostError, match="did not start"):
            Host(Jail("command", ("env",)), 2048, 60).start()
        with pytest.raises(HostError, match="does not start"):
            Host(Jail("command", ("no-such-command",)), 2048, 60).start()

    def test_pipes_do_what_sockets_do(self, sit):
        host = Host(Jail("command", ("env",)), 2048, 60)
        trial = sit("def relu(x):\n    return x + 1 if x.size < 9 else 1 / 0", host=host)
        agree(trial.sub.relu(np.zeros(3)), np.ones(3))
        with pytest.raises(ZeroDivisionError):
            trial.sub.relu(np.zeros(2_000_000))
        gone = sit("import ctypes\ndef relu(x):\n    ctypes.string_at(0)", host=host)
        with pytest.raises(AnswerStopped, match="the process ended"):
            gone.sub.relu(0)

    def test_a_folder_is_left_by_nobody(self, sit, tmp_path, monkeypatch):
        monkeypatch.setattr(host_module.tempfile, "tempdir", str(tmp_path))
        host = Host(Jail("none"), 2048, 60)
        cell = (
            "open('left.txt', 'w').write('x')\ndef relu(x):\n    import os\n    return os.listdir()"
        )
        trial = sit(cell, host=host)
        assert trial.sub.relu(0) == ["left.txt"]
        trial.sitting.close()
        host.close()
        assert list(tmp_path.iterdir()) == []

    def test_a_copy_of_the_grader_does_not_end_its_zygote(self):
        host = Host(Jail("none"), 2048, 60)
        host.get_ready()
        host._owner = os.getpid() + 1
        host.close()
        assert host._zygote.poll() is None
        host._owner = os.getpid()
        host.close()
        assert host._zygote is None


def test_texts_are_made_harmless():
    assert clean("at 0x7f3a2b1c\x00\x1b[31m\ud83d\n\t!") == "at 0x...\ufffd\ufffd[31m\ufffd\n\t!"
    assert clean(None) == ""
    assert len(clean("a" * 10_000)) < 2000
    assert clean("in /var/diydl-grade-x7_y/a.txt") == "in (its folder)/a.txt"
