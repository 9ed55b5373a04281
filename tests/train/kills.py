"""Kill a training at random moments, and see whether it ends as if nothing had happened.

Run from the clone:  python -m tests.train.kills [KILLS] [--seed N]

A process of its own trains a network on digits, with all that has a state (dropout, batch norm,
Adam, early stopping, a loader with two workers), and saves a checkpoint after every second step.
SIGKILL ends it after a random time; another process resumes. When a training has ended, its weights
and its history are compared with those of one that nobody killed.
"""

import argparse
import hashlib
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
EPOCHS, EACH = 6, 10  # kills of one training, at most
LONGEST = 1.5  # seconds of training before a kill, at most


def train(folder, seed, plan):
    """Train, from the newest checkpoint on if there is one; print a fingerprint of the result."""
    import diydl as dl
    from diydl import nn, optim
    from diydl.data import DataLoader, load_digits
    from diydl.train import Checkpoints, EarlyStopping, Trainer

    dl.seed(seed)
    training, test = load_digits()
    model = nn.Sequential(
        nn.Linear(64, 256), nn.BatchNorm1d(256), nn.ReLU(), nn.Dropout(0.3), nn.Linear(256, 10)
    )
    trainer = Trainer(
        model,
        nn.cross_entropy,
        optim.Adam(model.parameters(), lr=0.003),
        metrics=["accuracy"],
        callbacks=[EarlyStopping(patience=3), Checkpoints(folder, every_steps=2, keep=2)],
        plan=plan,
    )
    found = trainer.resume(folder)
    sys.stdout.write(f"training from {found.name if found else 'the beginning'}\n")
    sys.stdout.flush()
    batches = DataLoader(training, 32, shuffle=True, seed=seed, workers=2)
    trainer.fit(batches, validation=DataLoader(test, 200), epochs=EPOCHS)
    weights = hashlib.sha256()
    for name, array in model.state_dict().items():
        weights.update(name.encode() + array.tobytes())
    history = {name: c for name, c in trainer.history.items() if name != "seconds"}
    result = {"weights": weights.hexdigest(), "history": history, "steps": trainer.step}
    sys.stdout.write(json.dumps(result) + "\n")


@dataclass
class Row:
    """One training: how often it was killed, and what became of it."""

    seed: int
    plan: bool
    kills: int = 0
    writing: int = 0  # kills that left a file half written
    resumed: list = field(default_factory=list)
    equal: bool | None = None

    def line(self):
        """Return a row of the table."""
        told = {None: "not ended", True: "equal", False: "DIFFERENT"}[self.equal]
        steps = " ".join(map(str, self.resumed))
        kind = "planned" if self.plan else "eager"
        return f"{self.seed:>4}  {kind:<8}{self.kills:>6}{self.writing:>9}  {told:<10}  {steps}"


HEADER = f"{'seed':>4}  {'steps':<8}{'kills':>6}{'writing':>9}  {'result':<10}  resumed at step"


def command(folder, seed, plan):
    """Start a process that trains."""
    arguments = ["-m", "tests.train.kills", "--train", folder, "--seed", str(seed)]
    arguments += ["--plan"] * plan
    return subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def whole(seed, plan):
    """Return the result of a training that nobody kills."""
    with tempfile.TemporaryDirectory() as folder:
        process = command(folder, seed, plan)
        lines = process.communicate()[0].splitlines()
        if process.returncode:
            raise RuntimeError(f"the training failed with status {process.returncode}")
        return json.loads(lines[-1])


def killed(folder, row, wait):
    """Train until a random moment; return the result if it had ended before."""
    process = command(folder, row.seed, row.plan)
    first = process.stdout.readline()
    if "step-" in first:
        row.resumed.append(int(first.split("step-")[1].split(".")[0]))
    if wait is not None:
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
    rest = process.communicate()[0]
    if process.returncode == -signal.SIGKILL:
        row.kills += 1
        row.writing += any(path.suffix == ".tmp" for path in Path(folder).iterdir())
        return None
    if process.returncode:
        raise RuntimeError(f"a resumed training failed with status {process.returncode}")
    return json.loads(rest)


def trainings(kills, seed, longest=LONGEST, each=EACH):
    """Yield a row for each training, until so many kills have been made; at most `each` of one."""
    clock, made, number = random.Random(seed), 0, seed
    while made < kills:
        row = Row(number, plan=number % 2 == 1)
        with tempfile.TemporaryDirectory() as folder:
            result = None
            while result is None:
                more = row.kills < min(each, kills - made)
                wait = clock.uniform(0, longest) if more else None
                result = killed(folder, row, wait)
        row.equal = result == whole(row.seed, row.plan)
        made, number = made + row.kills, number + 1
        yield row


def main():
    """Read the arguments; train, or kill and print the table. The status tells whether all held."""
    parser = argparse.ArgumentParser(prog="python -m tests.train.kills")
    parser.add_argument("kills", nargs="?", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--train", help=argparse.SUPPRESS)
    parser.add_argument("--plan", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.train:
        train(options.train, options.seed, options.plan)
        return 0
    sys.stdout.write(HEADER + "\n")
    rows = []
    for row in trainings(options.kills, options.seed):
        rows.append(row)
        sys.stdout.write(row.line() + "\n")
        sys.stdout.flush()
    equal = sum(row.equal for row in rows)
    total, writing = sum(row.kills for row in rows), sum(row.writing for row in rows)
    sys.stdout.write(
        f"{total} kills, {writing} of them while a file was written; "
        f"{equal} of {len(rows)} trainings ended equal\n"
    )
    return 0 if equal == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
