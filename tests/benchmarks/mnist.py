"""One epoch of MNIST: how much is learned, and how long it takes beside PyTorch.

Run from the clone:  python -m tests.benchmarks.mnist [--seeds 0 1 2] [--threads N] [--steps N]
                     python -m tests.benchmarks.mnist --choose      recipes, on a validation part
                     python -m tests.benchmarks.mnist --small       50 hidden units, a few epochs

The recipe was chosen by `--choose`, which trains on 50,000 of the 60,000 training images and looks
at the others. The 10,000 test images are used by the first table alone, once for each seed.

PyTorch trains the same network from the same weights on the same batches with the same rates, by
turns of a few dozen steps with ours, so that other work on the machine disturbs both alike. The
first step of a turn is not timed: see `race`. Both loops also read the loss and count right answers
in every step; fetching the batch counts for neither. Ours is `Trainer.fit` with everything that it
does.
"""

import argparse
import sys
from itertools import islice
from statistics import median
from time import perf_counter, sleep

import numpy as np
import torch

import diydl as dl
from diydl import data, nn, optim
from diydl.train import Trainer
from tests.benchmarks.race import REST, equal_threads

SIZES = (784, 1024, 1024, 1024, 10)
RECIPE = {"lr": 0.001, "batch": 64, "warm": 0.2, "beta": 0.95, "smooth": 0.15, "begin": "he"}
OTHERS = [
    {},
    {"smooth": 0.0},
    {"smooth": 0.3},
    {"beta": 0.999},
    {"begin": "default"},
    {"batch": 128, "lr": 0.002},
    {"batch": 32, "lr": 0.0007},
    {"warm": 0.05},
    {"lr": 0.0015},
]
TURN = 30  # steps
MEAN, SPREAD = 0.1307, 0.3081  # of the pixels of the training images


def images():
    """Return (train, test) with pixels of mean 0 and spread 1."""
    return [
        data.ArrayDataset((part.arrays[0] - MEAN) / SPREAD, part.arrays[1])
        for part in data.load_mnist(progress=False)
    ]


def perceptron(module, sizes):
    """Return a network of linear layers with ReLU, of our `nn` or of PyTorch's."""
    layers = []
    for a, b in zip(sizes[:-1], sizes[1:], strict=True):
        layers += [module.Linear(a, b), module.ReLU()]
    return module.Sequential(*layers[:-1])


def rate_factor(total, warm):
    """Return the factor of the rate for each step: evenly up, then evenly down to 0."""
    up = warm * total
    return lambda step: min((step + 1) / up, (total - step) / (total - up))


def prepared(recipe, sizes, batches, epochs=1, seed=0):
    """Return a trainer for a recipe."""
    dl.seed(seed)
    model = perceptron(nn, sizes)
    if recipe["begin"] == "he":
        nn.init.fill(model, nn.init.he_normal)
    betas = (0.9, recipe["beta"])
    optimizer = optim.Adam(model.parameters(), lr=recipe["lr"], betas=betas)
    factor = rate_factor(len(batches) * epochs, recipe["warm"])
    return Trainer(
        model,
        lambda scores, labels: nn.cross_entropy(scores, labels, label_smoothing=recipe["smooth"]),
        optimizer,
        schedule=optim.LambdaLR(optimizer, factor),
        schedule_every="step",
        metrics=["accuracy"],
        plan=True,
        progress=False,
    )


class Twin:
    """PyTorch's side: the same network on the same batches; `rate` gives that of a step."""

    def __init__(self, ours, recipe, sizes, rate):
        self.rate, self.model = rate, perceptron(torch.nn, sizes)
        state = {name: torch.tensor(x) for name, x in ours.model.state_dict().items()}
        self.model.load_state_dict(state)
        betas = (0.9, recipe["beta"])
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=recipe["lr"], betas=betas)
        self.loss = torch.nn.CrossEntropyLoss(label_smoothing=recipe["smooth"])
        self.right = 0

    def step(self, number, x, y):
        """Make update `number`, counted from 0."""
        x, y = torch.from_numpy(x), torch.from_numpy(y)
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate(number)
        scores = self.model(x)
        loss = self.loss(scores, y)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.right += int((scores.argmax(1) == y).sum())
        return loss.item()

    def accuracy(self, dataset):
        """Return the share of the examples that it recognises."""
        with torch.no_grad():
            scores = self.model(torch.from_numpy(dataset.arrays[0]))
        return float((scores.argmax(1).numpy() == dataset.arrays[1]).mean())


class Turns:
    """A loader that lets PyTorch make some steps before it hands their batches to ours."""

    def __init__(self, batches, twin, most):
        self.inner, self.twin, self.most = batches, twin, most
        self.ours, self.theirs = [], []

    def batches(self, epoch, start=0):
        """Go through an epoch."""
        numbered = islice(enumerate(self.inner.batches(epoch, start)), self.most)
        while turn := list(islice(numbered, TURN)):
            rest()
            for number, batch in turn:
                begin = perf_counter()
                self.twin.step(number, *batch)
                self.theirs.append(perf_counter() - begin)
            rest()
            for _, batch in turn:
                begin = perf_counter()
                yield batch
                self.ours.append(perf_counter() - begin)

    def __len__(self):
        return len(self.inner)


def rest():
    """Let the threads of the other side come to rest."""
    if torch.get_num_threads() > 1:
        sleep(REST)


def one_epoch(seed, most=None):
    """Train both sides for an epoch; return a row of the table."""
    train, test = images()
    batches = data.DataLoader(train, RECIPE["batch"], shuffle=True, seed=seed)
    trainer = prepared(RECIPE, SIZES, batches, seed=seed)
    factor = rate_factor(len(batches), RECIPE["warm"])
    twin = Twin(trainer, RECIPE, SIZES, lambda number: RECIPE["lr"] * factor(number))
    turns = Turns(batches, twin, most)
    trainer.fit(turns, epochs=1)
    mine = trainer.evaluate(data.DataLoader(test, 1000))["accuracy"]
    times = [[t for n, t in enumerate(side) if n % TURN] for side in (turns.ours, turns.theirs)]
    whole = [sum(t) * len(batches) / len(t) for t in times]
    ratios = [f(times[0]) / f(times[1]) for f in (min, median, sum)]
    return mine, twin.accuracy(test), *whole, *ratios


def report(seeds, most):
    """Write the table of all seeds."""
    say(
        f"784-1024x3-10, one epoch of 60,000 images, {RECIPE}\n\n"
        f"{'seed':>4}{'test':>9}{'PyTorch':>10}{'s/epoch':>10}{'PyTorch':>10}"
        f"{'min':>8}{'median':>8}{'sum':>7}\n" + "-" * 66
    )
    found = []
    for seed in seeds:
        row = one_epoch(seed, most)
        found.append(row)
        mine, other, *seconds, low, middle, total = row
        say(
            f"{seed:>4}{mine:>9.2%}{other:>10.2%}{seconds[0]:>10.1f}{seconds[1]:>10.1f}"
            f"{low:>8.2f}{middle:>8.2f}{total:>7.2f}"
        )
    worst = [min(row[side] for row in found) for side in (0, 1)]
    say(f"worst of {len(found)}: {worst[0]:.2%}, PyTorch {worst[1]:.2%}")


def choose(seeds):
    """Try recipes on a part of the training images; the test images are not looked at."""
    train, _ = images()
    first, rest = train.subset(slice(0, 50_000)), train.subset(slice(50_000, None))
    say(f"{'accuracy on 10,000 training images kept aside':<50}{'mean':>8}  by seed")
    for change in OTHERS:
        recipe, found = RECIPE | change, []
        for seed in seeds:
            batches = data.DataLoader(first, recipe["batch"], shuffle=True, seed=seed)
            trainer = prepared(recipe, SIZES, batches, seed=seed)
            history = trainer.fit(batches, validation=data.DataLoader(rest, 1000), epochs=1)
            found.append(history["validation accuracy"][0])
        each = " ".join(f"{x:.2%}" for x in found)
        say(f"{change or recipe!s:<50}{np.mean(found):>8.2%}  {each}")


def small(seeds, epochs=4):
    """Train 784-50-50-50-10, the example network of pydeeptoy, for fewer epochs than its ten."""
    train, test = images()
    say(f"784-50x3-10, {epochs} epochs, test accuracy by seed (pydeeptoy: 96.88 % after 10 epochs)")
    recipe = RECIPE | {"lr": 0.004, "smooth": 0.0}
    for seed in seeds:
        batches = data.DataLoader(train, recipe["batch"], shuffle=True, seed=seed)
        trainer = prepared(recipe, (784, 50, 50, 50, 10), batches, epochs, seed)
        start = perf_counter()
        trainer.fit(batches, epochs=epochs)
        seconds = perf_counter() - start
        accuracy = trainer.evaluate(data.DataLoader(test, 1000))["accuracy"]
        say(f"{seed:>4}{accuracy:>9.2%}  {seconds:.1f} seconds")


def say(text):
    """Write a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main():
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.mnist")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--threads", type=int, help="of both sides")
    parser.add_argument("--steps", type=int, help="only so many steps, for the time alone")
    parser.add_argument("--choose", action="store_true")
    parser.add_argument("--small", action="store_true")
    options = parser.parse_args()
    threads = equal_threads(options.threads)
    say(f"numpy {np.__version__}, torch {torch.__version__}, {threads} threads each")
    if options.choose:
        choose(options.seeds)
    elif options.small:
        small(options.seeds)
    else:
        report(options.seeds, options.steps)


if __name__ == "__main__":
    main()
