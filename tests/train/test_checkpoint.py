"""A training goes on from a checkpoint bit for bit, or says why it cannot and stays as it was."""

import errno
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import diydl as dl
from diydl import nn, optim
from diydl.backend import next_key, random_state
from diydl.storage import load_arrays, load_metadata, save_arrays
from diydl.train import Callback, Checkpoints, EarlyStopping, Trainer, checkpoint
from tests.train.tasks import loader, network, points, trainer, weights

ROOT = Path(__file__).parents[2]
PLAN = pytest.mark.parametrize("plan", [False, True], ids=["eager", "planned"])


class Killed(BaseException):
    """Stands for a process that ends."""


class Kill(Callback):
    """Ends the training after a step, as a power cut would."""

    def __init__(self, step):
        self.step = step

    def on_step_end(self, trainer):
        next_key()  # what draws from the seed of the library must go on there, too
        if trainer.step == self.step:
            raise Killed


class Halving:
    """A schedule with state."""

    def __init__(self, optimizer):
        self.optimizer, self.steps = optimizer, 0

    def step(self):
        self.steps += 1
        self.optimizer.lr *= 0.97

    def state_dict(self):
        return {"steps": np.array(self.steps)}

    def load_state_dict(self, arrays):
        self.steps = int(arrays["steps"])


def task(folder=None, kill=None, seed=0, plan=False, **options):
    """All that has a state at once."""
    model = network(seed)
    optimizer = optim.Adam(model.parameters(), lr=0.02)
    callbacks = [EarlyStopping(patience=3), Kill(kill)]
    if folder is not None:
        callbacks.insert(0, Checkpoints(folder, every_steps=1, best="validation accuracy"))
    return Trainer(
        model,
        nn.cross_entropy,
        optimizer,
        schedule=Halving(optimizer),
        schedule_every="step",
        metrics=["accuracy"],
        callbacks=callbacks,
        plan=plan,
        **options,
    )


def run(ours, epochs=4):
    ours.fit(loader(seed=3), validation=loader(20, count=40), epochs=epochs)
    return ours


def assert_same(a, b):
    assert np.array_equal(weights(a.model), weights(b.model))
    for name, column in a.history.items():
        if name != "seconds":
            assert column == b.history[name], name
    one, two = a.optimizer.state_dict(), b.optimizer.state_dict()
    assert one.keys() == two.keys()
    assert all(np.array_equal(one[name], two[name]) for name in one)
    assert (a.epoch, a.step, a.schedule.steps) == (b.epoch, b.step, b.schedule.steps)


@PLAN
@pytest.mark.parametrize("step", [2, 5, 6, 8, 19, 20])
def test_a_training_killed_at_any_step_ends_as_if_it_had_not_been(step, plan, tmp_path):
    whole = run(task(plan=plan))
    left = random_state()
    with pytest.raises(Killed):
        run(task(tmp_path, kill=step, plan=plan))
    dl.seed(12345)
    again = task(tmp_path, seed=77, plan=plan)
    found = again.resume(tmp_path)
    assert found.name == f"step-{step - 1:09d}.safetensors"
    run(again)
    assert_same(whole, again)
    assert random_state() == left


def test_a_run_killed_again_and_again(tmp_path):
    whole = run(task())
    for step in (3, 4, 9, 16):
        with pytest.raises(Killed):
            ours = task(tmp_path, kill=step)
            ours.resume(tmp_path)
            run(ours)
    last = task(tmp_path)
    assert last.resume(tmp_path) is not None
    assert_same(whole, run(last))


def test_an_eager_run_may_go_on_planned(tmp_path):
    whole = run(task())
    with pytest.raises(Killed):
        run(task(tmp_path, kill=7))
    again = task(plan=True)
    again.resume(tmp_path)
    assert_same(whole, run(again))


def test_accumulated_batches_resume(tmp_path):
    whole = run(task(accumulate=2))
    with pytest.raises(Killed):
        run(task(tmp_path, kill=5, accumulate=2))
    again = task(accumulate=2)
    again.resume(tmp_path)
    assert again.batch == 2
    assert_same(whole, run(again))


def test_a_list_of_batches_is_taken_up_where_it_was(tmp_path):
    batches = [tuple(x[i : i + 16] for x in points().arrays) for i in range(0, 70, 16)]
    whole, parts = task(), task(tmp_path, kill=8)
    whole.fit(batches, validation=batches, epochs=3)
    with pytest.raises(Killed):
        parts.fit(batches, validation=batches, epochs=3)
    again = task()
    again.resume(tmp_path)
    again.fit(batches, validation=batches, epochs=3)
    assert_same(whole, again)


def test_after_a_training_that_is_done_the_same_fit_does_nothing(tmp_path):
    whole = run(task(tmp_path))
    again = task(tmp_path, seed=5)
    again.resume(tmp_path)
    run(again)
    assert_same(whole, again)
    run(again, epochs=1)
    assert again.epoch == whole.epoch + 1


def test_epochs_count_from_where_the_fit_that_was_broken_off_began(tmp_path):
    whole = run(task(), epochs=2)
    run(whole, epochs=3)
    parts = run(task(tmp_path, kill=13), epochs=2)
    with pytest.raises(Killed):
        run(parts, epochs=3)
    again = task()
    again.resume(tmp_path)
    run(again, epochs=3)
    assert again.epoch == 5
    assert_same(whole, again)


def test_early_stopping_goes_on_waiting_and_gives_back_the_best_weights(tmp_path):
    def stubborn(folder=None, kill=None):
        ours = task(folder, kill)
        ours.optimizer.lr = 0.5
        return ours

    whole = run(stubborn(), epochs=40)
    assert whole.epoch < 40
    early = whole.callbacks[0]
    assert isinstance(early, EarlyStopping)
    with pytest.raises(Killed):
        run(stubborn(tmp_path, kill=5 * early.best_epoch + 8), epochs=40)
    again = task()
    again.resume(tmp_path)
    run(again, epochs=40)
    assert_same(whole, again)
    assert again.callbacks[0].best_epoch == early.best_epoch


def test_nothing_to_resume_from(tmp_path):
    ours = task()
    assert ours.resume(tmp_path) is None
    assert ours.resume(tmp_path / "missing") is None
    assert not ours.resumed


def test_the_newest_are_kept_and_the_best(tmp_path):
    ours = trainer(callbacks=[Checkpoints(tmp_path, keep=2, best="accuracy")])
    history = ours.fit(loader(), epochs=5)
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept == [
        "best.safetensors",
        "step-000000020.safetensors",
        "step-000000025.safetensors",
    ]
    best = trainer(callbacks=[Checkpoints(tmp_path, best="accuracy")])
    best.load(tmp_path / "best.safetensors")
    assert best.history["accuracy"][-1] == max(history["accuracy"])


def test_checkpoints_by_time(tmp_path):
    ours = trainer(callbacks=[Checkpoints(tmp_path, every_seconds=0.0, keep=99)])
    ours.fit(loader(), epochs=2)
    assert len(list(tmp_path.iterdir())) == 10


def test_frozen_layers_stay_frozen(tmp_path):
    ours = trainer()
    ours.model[0].freeze()
    ours.save(tmp_path / "a.safetensors")
    other = trainer()
    other.load(tmp_path / "a.safetensors")
    assert not other.model[0].weight.requires_grad
    assert other.model[4].weight.requires_grad


def test_weights_alone_can_be_read(tmp_path):
    ours = run(task())
    ours.save(tmp_path / "a.safetensors")
    model = network(seed=9)
    model.load_state_dict(checkpoint.weights(tmp_path / "a.safetensors"))
    assert np.array_equal(weights(model), weights(ours.model))


def test_nothing_that_is_saved_is_more_than_arrays_and_json(tmp_path):
    ours = run(task())
    ours.history["loss"][0] = float("nan")
    ours.history["accuracy"][1] = -float("inf")
    ours.save(tmp_path / "a.safetensors")
    notes = json.loads(
        load_metadata(tmp_path / "a.safetensors")["trainer"],
        parse_constant=lambda name: pytest.fail(f"{name} is no JSON"),
    )
    assert notes["history"]["loss"][0] == "nan"
    again = task()
    again.load(tmp_path / "a.safetensors")
    assert np.isnan(again.history["loss"][0])
    assert again.history["accuracy"][1] == -np.inf


def state_of(ours):
    arrays, notes = checkpoint.gather(ours)
    return {name: x.tobytes() for name, x in arrays.items()}, json.dumps(notes)


def changed(path, *, arrays=None, notes=None, checksum=True):
    """Write the checkpoint anew, with other contents and a checksum that fits."""
    found, told = load_arrays(path), json.loads(load_metadata(path)["trainer"])
    found, told = (arrays or (lambda x: x))(found), (notes or (lambda x: x))(told)
    if checksum and isinstance(told, dict):
        told["checksum"] = checkpoint._checksum(found)
    save_arrays(path, found, {"trainer": json.dumps(told)})


def without(prefix):
    return lambda found: {n: x for n, x in found.items() if not n.startswith(prefix)}


HOSTILE = {
    "no such notes": (lambda p: save_arrays(p, load_arrays(p)), "no checkpoint of a Trainer"),
    "notes that are no JSON": (
        lambda p: save_arrays(p, load_arrays(p), {"trainer": "{'a': 1"}),
        "its notes are no JSON",
    ),
    "deep JSON": (
        lambda p: save_arrays(p, load_arrays(p), {"trainer": "[" * 10**5 + "]" * 10**5}),
        "its notes are no JSON|not written by a Trainer",
    ),
    "another program": (lambda p: changed(p, notes=lambda n: {"format": "x"}), "not written by"),
    "a list": (lambda p: changed(p, notes=lambda n: [n]), "not written by"),
    "the future": (lambda p: changed(p, notes=lambda n: n | {"version": 9}), "version 9"),
    "negative": (lambda p: changed(p, notes=lambda n: n | {"epoch": -1}), "epoch is a whole"),
    "huge": (lambda p: changed(p, notes=lambda n: n | {"step": 10**40}), "step is a whole"),
    "true": (lambda p: changed(p, notes=lambda n: n | {"batch": True}), "batch is a whole"),
    "missing": (lambda p: changed(p, notes=without("step")), "step is a whole number"),
    "no history": (lambda p: changed(p, notes=lambda n: n | {"history": []}), "dict of columns"),
    "words": (
        lambda p: changed(p, notes=lambda n: n | {"history": {"loss": ["evil"]}}),
        "loss is a number, got 'evil'",
    ),
    "uneven": (
        lambda p: changed(p, notes=lambda n: n | {"history": {"a": [1], "b": []}}),
        "differ in length",
    ),
    "seed": (lambda p: changed(p, notes=lambda n: n | {"random": [1]}), "a pair of integers"),
    "frozen": (lambda p: changed(p, notes=lambda n: n | {"frozen": "all"}), "frozen parameters"),
    "loader": (lambda p: changed(p, notes=lambda n: n | {"loader": 3}), "notes on the loader"),
    "no model": (lambda p: changed(p, arrays=without("model/")), "no state of model"),
    "half a model": (lambda p: changed(p, arrays=without("model/0")), "missing: 0.weight"),
    "no optimizer": (lambda p: changed(p, arrays=without("optimizer/")), "no state of optimizer"),
    "half an optimizer": (
        lambda p: changed(p, arrays=without("optimizer/state.0")),
        "not the state of Adam.*missing .'state.0.step'",
    ),
    "stray array": (
        lambda p: changed(p, arrays=lambda a: a | {"stray": np.ones(2)}),
        "'stray' belongs to no part",
    ),
    "unknown part": (
        lambda p: changed(p, arrays=lambda a: a | {"evil/x": np.ones(2)}),
        "the state of 'evil'",
    ),
    "shape": (
        lambda p: changed(p, arrays=lambda a: a | {"model/0.weight": np.ones((2, 2), "f4")}),
        "shape: 0.weight is \\(12, 4\\), got \\(2, 2\\)",
    ),
    "dtype": (
        lambda p: changed(p, arrays=lambda a: a | {"model/0.weight": np.ones((12, 4))}),
        "0.weight is float64 there and float32 here",
    ),
    "checksum": (
        lambda p: changed(p, arrays=lambda a: a | {"model/0.bias": np.ones(12, "f4")}, checksum=0),
        "do not fit its checksum",
    ),
    "empty": (lambda p: p.write_bytes(b""), "not a whole safetensors file"),
    "pickle": (lambda p: p.write_bytes(b"\x80\x04cos\nsystem\n"), "not a whole safetensors file"),
    "cut": (lambda p: p.write_bytes(p.read_bytes()[:-7]), "not a whole safetensors file"),
    "flipped": (lambda p: p.write_bytes(flipped(p.read_bytes())), "do not fit its checksum"),
    "longer": (lambda p: p.write_bytes(p.read_bytes() + b"x"), "not a whole safetensors file"),
}


def flipped(data):
    return data[:-100] + bytes([data[-100] ^ 4]) + data[-99:]


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "a.safetensors"
    run(task(), epochs=2).save(path)
    return path


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_damaged_and_foreign_files_change_nothing(name, saved, tmp_path):
    spoil, match = HOSTILE[name]
    path = Path(shutil.copy(saved, tmp_path))
    spoil(path)
    ours = run(task(seed=4), epochs=1)
    before = state_of(ours)
    with pytest.raises(ValueError, match=match) as error:
        ours.load(path)
    assert str(path) in str(error.value)
    assert state_of(ours) == before
    assert not ours.resumed


def test_what_fails_at_last_takes_back_what_was_done_before(saved):
    """A callback is loaded after the model; its error must not leave half of another training."""

    class Broken(EarlyStopping):
        whole = False

        def load_state_dict(self, arrays):
            if not self.whole:
                self.whole = True
                raise ValueError("broken")
            super().load_state_dict(arrays)

    Broken.__name__ = "EarlyStopping"
    ours = task(seed=4)
    ours.callbacks[0] = Broken(patience=3)
    run(ours, epochs=1)
    before = state_of(ours)
    with pytest.raises(ValueError, match="does not fit this training: broken"):
        ours.load(saved)
    assert state_of(ours) == before


def test_another_trainer_is_told_what_it_lacks(saved):
    with pytest.raises(ValueError, match="state of 'schedule'.*no such part"):
        trainer(callbacks=[EarlyStopping()]).load(saved)
    with pytest.raises(FileNotFoundError, match="there is no such file"):
        trainer().load("nowhere.safetensors")


def test_another_loader_in_the_middle_of_an_epoch_is_refused(tmp_path):
    with pytest.raises(Killed):
        run(task(tmp_path, kill=7))
    ours = task()
    ours.resume(tmp_path)
    with pytest.raises(ValueError, match="another loader.*'batch_size': 16.*'batch_size': 8"):
        ours.fit(loader(8, seed=3), validation=loader(20, count=40), epochs=4)


def test_a_damaged_newest_file_is_passed_over(tmp_path):
    whole = run(task())
    with pytest.raises(Killed):
        run(task(tmp_path, kill=9))
    newest = checkpoint.listed(tmp_path)[-1]
    newest.write_bytes(newest.read_bytes()[:-9])
    again = task()
    with pytest.warns(RuntimeWarning, match="not a whole safetensors.*an older checkpoint"):
        found = again.resume(tmp_path)
    assert found == checkpoint.listed(tmp_path)[-2]
    assert_same(whole, run(again))


def test_a_newest_file_of_another_training_is_an_error_not_passed_over(tmp_path):
    trainer(nn.Linear(4, 3), callbacks=[Checkpoints(tmp_path)]).fit(loader(), epochs=1)
    with pytest.raises(ValueError, match="does not fit this training"):
        trainer(callbacks=[Checkpoints(tmp_path)]).resume(tmp_path)


def test_what_a_kill_left_half_written_is_taken_away(tmp_path):
    (tmp_path / ".step-000000003.safetensors.0badcafe.tmp").write_bytes(b"half")
    (tmp_path / ".mine.tmp").write_text("somebody else's")
    trainer(callbacks=[Checkpoints(tmp_path)]).fit(loader(), epochs=1)
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        ".mine.tmp",
        "step-000000005.safetensors",
    ]


def test_a_full_disk_leaves_the_last_good_one_and_training_goes_on(tmp_path, monkeypatch):
    def full(path, data):
        raise OSError(errno.ENOSPC, "No space left on device")

    whole = run(task())
    ours = task(tmp_path)
    run(ours, epochs=1)
    good = checkpoint.listed(tmp_path)[-1]
    content = good.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr("diydl.storage.os.fsync", full)
        patch.setattr("diydl.storage._sync", lambda path: full(path, None))
        with pytest.warns(RuntimeWarning, match="No space left on device.*training goes on"):
            run(ours, epochs=1)
    assert ours.epoch == 2
    assert good.read_bytes() == content
    assert [p for p in tmp_path.iterdir() if p.suffix == ".tmp"] == []
    again = task()
    again.resume(tmp_path)
    assert again.epoch == 1
    run(again, epochs=4)
    assert_same(whole, again)


FULL = """
import resource, signal, sys, warnings
from tests.train.test_checkpoint import run, task
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
folder = sys.argv[1]
ours = task(folder)
run(ours, epochs=1)
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    run(ours, epochs=1)
print(len(caught), caught[0].message)
"""


def test_a_file_that_may_not_grow(tmp_path):
    """The real thing, by the operating system: writing fails in the middle of a file."""
    result = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert "File too large" in result.stdout, result.stdout + result.stderr
    assert [p for p in tmp_path.iterdir() if p.suffix == ".tmp"] == []
    again = task()
    assert again.resume(tmp_path) == checkpoint.listed(tmp_path)[-1]
    assert again.epoch == 1
    assert_same(run(task()), run(again, epochs=4))


def test_save_by_hand_says_that_it_failed(tmp_path):
    with pytest.raises(OSError, match="there is no folder"):
        trainer().save(tmp_path / "missing" / "a.safetensors")


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"keep": 0}, "keep is a whole number of at least 1"),
        ({"keep": None}, "keep is a whole number of at least 1"),
        ({"every_steps": 0}, "every_steps is a whole number of at least 1"),
        ({"every_steps": 1.5}, "every_steps is a whole number of at least 1"),
    ],
)
def test_bad_options(options, match, tmp_path):
    with pytest.raises(ValueError, match=match):
        Checkpoints(tmp_path, **options)


def test_a_best_column_that_is_not_there(tmp_path):
    ours = trainer(callbacks=[Checkpoints(tmp_path, best="validation loss")])
    with pytest.raises(ValueError, match="no column 'validation loss'.*fit\\(validation=...\\)"):
        ours.fit(loader(), epochs=1)
