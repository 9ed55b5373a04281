"""The loop itself: what it computes, what it measures, whom it tells, and in which order."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn, optim
from diydl.data import ArrayDataset, DataLoader
from diydl.train import Accuracy, Callback, Trainer
from tests.train.tasks import loader, network, points, trainer, weights

PLAN = pytest.mark.parametrize("plan", [False, True], ids=["eager", "planned"])


def by_hand(epochs, batch_size=16):
    """The same training, written out."""
    model = network()
    optimizer = optim.Adam(model.parameters(), lr=0.01)
    batches = loader(batch_size)
    losses = []
    for _ in range(epochs):
        sums = []
        for x, y in batches:
            loss = nn.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            sums.append((loss.item(), len(x)))
        losses.append(sum(a * n for a, n in sums) / sum(n for _, n in sums))
    return model, losses


@PLAN
def test_training_is_what_one_would_write_by_hand(plan):
    """Bit for bit, with dropout, batch norm and a partial last batch."""
    model, losses = by_hand(epochs=3)
    ours = trainer(plan=plan)
    history = ours.fit(loader(), epochs=3)
    assert history["loss"] == losses
    assert np.array_equal(weights(ours.model), weights(model))
    assert (ours.epoch, ours.batch, ours.step) == (3, 0, 15)


def test_eager_and_planned_steps_may_be_mixed():
    both, eager = trainer(), trainer()
    eager.fit(loader(), epochs=4)
    for epoch in range(4):
        both.plan = epoch % 2 == 1
        both.fit(loader(), epochs=1)
    assert both.history["loss"] == eager.history["loss"]
    assert np.array_equal(weights(both.model), weights(eager.model))


@PLAN
def test_accumulated_batches_are_one_large_batch(plan):
    """The shares are those of the examples: the last group is 16 + 6."""

    def trained(batch_size, **options):
        dl.seed(0)
        model = nn.Sequential(nn.Linear(4, 12), nn.Tanh(), nn.Linear(12, 3))
        optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
        ours = Trainer(model, nn.cross_entropy, optimizer, **options)
        ours.fit(loader(batch_size), epochs=3)
        return ours

    parts, whole = trained(16, accumulate=2, plan=plan), trained(32)
    assert parts.step == whole.step == 9
    np.testing.assert_allclose(parts.history["loss"], whole.history["loss"], rtol=1e-5)
    np.testing.assert_allclose(weights(parts.model), weights(whole.model), rtol=1e-4, atol=1e-6)


@PLAN
def test_a_penalty_counts_once_and_is_reported(plan):
    model = nn.Linear(4, 3)
    data, labels = points().arrays
    bare = nn.cross_entropy(model(data), labels).item()
    penalty = nn.l2_penalty(model, 0.5).item()
    ours = trainer(model, lr=0.0, penalty=lambda m: nn.l2_penalty(m, 0.5), plan=plan, accumulate=3)
    ours.fit(loader(), validation=loader(32), epochs=1)
    assert ours.history["loss"][0] == pytest.approx(bare + penalty, rel=1e-5)
    assert ours.history["validation loss"][0] == pytest.approx(bare + penalty, rel=1e-5)


@PLAN
def test_a_penalty_is_minimised(plan):
    plain, heavy = nn.Linear(4, 3), nn.Linear(4, 3)
    trainer(plain, plan=plan).fit(loader(), epochs=20)
    trainer(heavy, plan=plan, penalty=lambda m: nn.l2_penalty(m, 1.0)).fit(loader(), epochs=20)
    assert np.abs(heavy.weight.numpy()).max() < 0.5 * np.abs(plain.weight.numpy()).max()


@PLAN
def test_epoch_means_are_those_of_all_examples(plan):
    """With a rate of 0 the model stays, so the epoch must give what all examples together do."""
    model = nn.Linear(4, 3)
    data, labels = points().arrays
    ours = trainer(model, lr=0.0, plan=plan)
    history = ours.fit(loader(16), validation=loader(64, shuffle=False), epochs=1)
    scores = model(data)
    right = float((scores.numpy().argmax(1) == labels).mean())
    assert history["accuracy"] == history["validation accuracy"] == [right]
    assert history["loss"][0] == pytest.approx(nn.cross_entropy(scores, labels).item(), rel=1e-6)
    assert history["loss"][0] == pytest.approx(history["validation loss"][0], rel=1e-6)


@PLAN
def test_evaluation_is_in_use_mode_and_changes_nothing(plan):
    ours = trainer(plan=plan)
    ours.fit(loader(), epochs=2)
    before, sums = ours.model.state_dict(), ours.metrics[0].sums
    first, second = ours.evaluate(loader()), ours.evaluate(loader(7))
    assert first["accuracy"] == second["accuracy"]  # no dropout, and no batch that counts more
    assert first["loss"] == pytest.approx(second["loss"], rel=1e-6)
    assert ours.metrics[0].sums is sums
    for name, array in ours.model.state_dict().items():
        assert np.array_equal(array, before[name]), name
    assert all(module.training for module in ours.model.modules())


@PLAN
def test_training_goes_in_train_mode_and_leaves_the_mode_as_it_was(plan):
    ours = trainer(plan=plan)
    ours.model.eval()
    key = ours.model[3].key.numpy().copy()
    ours.fit(loader(), validation=loader(), epochs=1)
    assert ours.model[3].key.numpy()[2] == key[2] + 5  # one draw for each batch, none in validation
    assert not any(module.training for module in ours.model.modules())


def test_prediction_joins_batches_and_takes_arrays():
    ours = trainer()
    data, labels = points().arrays
    whole = ours.predict(data)
    assert whole.shape == (70, 3)
    by_parts = ours.predict(loader(16, shuffle=False))
    np.testing.assert_allclose(by_parts, whole, rtol=1e-5, atol=1e-6)
    assert np.array_equal(ours.predict(data), whole)  # no dropout


@PLAN
@pytest.mark.parametrize("accumulate", [1, 2])
def test_clipping_limits_the_length_of_all_gradients(plan, accumulate):
    model = nn.Linear(4, 3)
    optimizer = optim.SGD(model.parameters(), lr=1.0)
    options = {"clip_norm": 1e-3, "plan": plan, "accumulate": accumulate}
    before = weights(model)
    Trainer(model, nn.cross_entropy, optimizer, **options).fit(loader(70 // accumulate))
    assert np.linalg.norm(weights(model) - before) == pytest.approx(1e-3, rel=1e-3)


@PLAN
def test_clipping_limits_each_element(plan):
    model = nn.Linear(4, 3)
    optimizer = optim.SGD(model.parameters(), lr=1.0)
    before = weights(model)
    Trainer(model, nn.cross_entropy, optimizer, clip_value=1e-3, plan=plan).fit(loader(70))
    assert np.abs(weights(model) - before).max() == pytest.approx(1e-3, rel=1e-3)


def test_clipped_steps_are_the_same_eager_and_planned():
    for options in ({"clip_norm": 0.5}, {"clip_value": 0.05}, {"clip_norm": 1e9}):
        eager, planned = trainer(**options), trainer(plan=True, **options)
        assert eager.fit(loader(), epochs=3)["loss"] == planned.fit(loader(), epochs=3)["loss"]
        assert np.array_equal(weights(eager.model), weights(planned.model))


@PLAN
def test_a_gradient_that_is_not_finite_is_seen_where_its_length_is_taken(plan):
    """The loss is finite: the derivative of the root is not, at 0."""
    model = nn.Linear(2, 1, bias=False)
    model.weight.write(np.zeros((1, 2), np.float32))
    loss = lambda out, y: dl.sqrt(dl.mean(out * out) * 1.0)  # noqa: E731
    options = {"clip_norm": 1.0, "plan": plan}
    ours = Trainer(model, loss, optim.SGD(model.parameters(), lr=0.1), **options)
    batch = np.ones((4, 2), np.float32), np.zeros(4, np.float32)
    with pytest.raises(FloatingPointError, match="length of all gradients is not finite: nan"):
        ours.fit([batch])
    assert not weights(model).any()


@PLAN
def test_options_of_a_group_may_change_between_steps(plan):
    """A plan holds them as they were, so another is made."""
    model = nn.Linear(4, 3)
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    ours = Trainer(model, nn.cross_entropy, optimizer, plan=plan)
    ours.fit(loader(), epochs=1)
    before, optimizer.param_groups[0]["weight_decay"] = weights(model), 5.0
    ours.fit(loader(), epochs=4)
    assert np.abs(weights(model)).max() < 0.5 * np.abs(before).max()


@pytest.mark.parametrize(
    "make",
    [
        lambda o: optim.OneCycleLR(o, max_lr=0.05, total_steps=15),
        lambda o: optim.WarmupCosineLR(o, 3, 15),
        lambda o: optim.StepLR(o, 4),
    ],
)
def test_schedules_of_the_library_step_by_step(make):
    def trained(plan):
        model = network()
        optimizer = optim.Adam(model.parameters(), lr=0.05)
        schedule = make(optimizer)
        rates = []

        class Note(Callback):
            def on_step_end(self, trainer):
                rates.append(trainer.optimizer.lr)

        options = {"schedule": schedule, "schedule_every": "step", "callbacks": [Note()]}
        ours = Trainer(model, nn.cross_entropy, optimizer, plan=plan, **options)
        ours.fit(loader(), epochs=3)
        return rates, ours.history["loss"], schedule

    (rates, losses, schedule), (_, others, _) = trained(False), trained(True)
    assert losses == others
    assert rates == [schedule.rates(step)[0] for step in range(1, 16)]
    assert len(set(rates)) > 2


class Halving:
    """A schedule that counts its steps."""

    def __init__(self, optimizer):
        self.optimizer, self.steps = optimizer, 0

    def step(self):
        self.steps += 1
        self.optimizer.lr = self.optimizer.lr / 2

    def state_dict(self):
        return {"steps": np.array(self.steps)}

    def load_state_dict(self, arrays):
        self.steps = int(arrays["steps"])


class Plateau(Halving):
    def __init__(self, optimizer):
        super().__init__(optimizer)
        self.seen = []

    def step(self, metric):
        self.seen.append(metric)


@pytest.mark.parametrize(("every", "steps"), [("epoch", 3), ("step", 15)])
@PLAN
def test_a_schedule_steps_per_epoch_or_per_step(every, steps, plan):
    model = network()
    optimizer = optim.Adam(model.parameters(), lr=0.01)
    schedule = Halving(optimizer)
    ours = Trainer(
        model, nn.cross_entropy, optimizer, schedule=schedule, schedule_every=every, plan=plan
    )
    history = ours.fit(loader(), epochs=3)
    assert schedule.steps == steps
    assert optimizer.lr == 0.01 / 2**steps
    per_epoch = steps // 3
    shown = [0.01 / 2 ** (per_epoch * (e + (every == "step"))) for e in range(3)]
    assert history["learning rate"] == shown


@PLAN
def test_a_rate_that_changes_is_used_by_the_next_step(plan):
    """Else a plan would go on with the rate of its first step."""
    model = nn.Linear(4, 3)
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    ours = Trainer(model, nn.cross_entropy, optimizer, plan=plan)
    ours.fit(loader(70), epochs=1)
    before, optimizer.lr = weights(model), 0.0
    ours.fit(loader(70), epochs=1)
    assert np.array_equal(weights(model), before)


def test_a_schedule_that_looks_at_a_metric_gets_the_loss_of_the_validation():
    model = network()
    optimizer = optim.Adam(model.parameters(), lr=0.01)
    schedule = Plateau(optimizer)
    ours = Trainer(model, nn.cross_entropy, optimizer, schedule=schedule)
    history = ours.fit(loader(), validation=loader(), epochs=2)
    assert schedule.seen == history["validation loss"]
    ours.fit(loader(), epochs=1)
    assert schedule.seen[2] == history["loss"][2]


class Two(nn.Module):
    def __init__(self):
        self.left, self.right = nn.Linear(4, 3), nn.Linear(2, 1)

    def forward(self, x, z):
        return self.left(x), self.right(z)


@PLAN
def test_several_inputs_and_outputs(plan):
    data, labels = points().arrays
    z = data[:, :2].copy()
    both = ArrayDataset(data, z, labels, z.sum(axis=1, keepdims=True))

    def loss(outputs, labels, target):
        return nn.cross_entropy(outputs[0], labels) + nn.mse_loss(outputs[1], target)

    dl.seed(0)
    model = Two()
    ours = Trainer(
        model,
        loss,
        optim.Adam(model.parameters(), lr=0.05),
        inputs=2,
        metrics={"accuracy": Accuracy(pick=lambda outputs, labels, _: (outputs[0], labels))},
        plan=plan,
    )
    history = ours.fit(DataLoader(both, 16, shuffle=True), epochs=30)
    assert history["loss"][-1] < 0.2 * history["loss"][0]
    assert history["accuracy"][-1] > 0.9


class Either(nn.Module):
    """Two layers, of which large batches take one and small batches the other."""

    def __init__(self):
        self.large, self.small = nn.Linear(4, 3), nn.Linear(4, 3)

    def forward(self, x):
        return self.large(x) if len(x) > 10 else self.small(x)


@PLAN
@pytest.mark.parametrize("clip_norm", [None, 100.0])
def test_what_a_batch_does_not_use_is_not_moved_by_the_gradient_of_an_earlier_one(plan, clip_norm):
    model = Either()
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    ours = Trainer(model, nn.cross_entropy, optimizer, plan=plan, clip_norm=clip_norm)
    data, labels = points().arrays
    ours.fit([(data, labels)])
    large, small = weights(model.large), weights(model.small)
    ours.fit([(data[:9], labels[:9])])
    assert np.array_equal(weights(model.large), large)
    assert not np.array_equal(weights(model.small), small)


def test_a_frozen_layer_stays_and_the_others_learn():
    for plan in (False, True):
        ours = trainer(plan=plan)
        ours.model[0].freeze()
        before, other = ours.model[0].weight.numpy().copy(), ours.model[4].weight.numpy().copy()
        ours.fit(loader(), epochs=1)
        assert np.array_equal(ours.model[0].weight.numpy(), before)
        assert not np.array_equal(ours.model[4].weight.numpy(), other)


class Diary(Callback):
    def __init__(self):
        self.seen = []

    def on_fit_start(self, trainer):
        self.seen.append("fit")

    def on_epoch_start(self, trainer):
        self.seen.append(f"epoch {trainer.epoch}")

    def on_step_end(self, trainer):
        self.seen.append(f"step {trainer.step}, batch {trainer.batch}")
        self.loss = trainer.loss

    def on_epoch_end(self, trainer):
        self.seen.append(f"{trainer.epoch} done, {len(trainer.history['loss'])} rows")

    def on_fit_end(self, trainer):
        self.seen.append("end")


def test_callbacks_are_told_in_order():
    diary = Diary()
    trainer(callbacks=[diary]).fit(loader(40), epochs=2)
    assert diary.seen == [
        *("fit", "epoch 0", "step 1, batch 1", "step 2, batch 2", "1 done, 1 rows"),
        *("epoch 1", "step 3, batch 1", "step 4, batch 2", "2 done, 2 rows", "end"),
    ]


def test_a_function_is_called_after_each_epoch_and_last_ones_come_last():
    order = []

    class Last(Callback):
        last = True

        def on_epoch_end(self, trainer):
            order.append("last")

    ours = trainer(callbacks=[Last(), lambda trainer: order.append(trainer.epoch)])
    ours.fit(loader(), epochs=2)
    assert order == [1, "last", 2, "last"]


def test_stop_ends_after_the_step_and_fit_goes_on_there():
    class Once(Callback):
        def on_step_end(self, trainer):
            if trainer.step == 7:
                trainer.stop("enough")

    whole, parts = trainer(), trainer(callbacks=[Once()])
    whole.fit(loader(), epochs=3)
    parts.fit(loader(), epochs=3)
    assert (parts.epoch, parts.batch, parts.step, parts.stopped) == (1, 2, 7, "enough")
    parts.fit(loader(), epochs=2)
    assert parts.stopped == ""
    assert parts.history["loss"] == whole.history["loss"]
    assert np.array_equal(weights(parts.model), weights(whole.model))


def test_history_is_plain_and_its_columns_are_of_one_length():
    ours = trainer()
    ours.fit(loader(), epochs=2)
    ours.fit(loader(), validation=loader(), epochs=1)
    assert list(map(len, ours.history.values())) == [3] * len(ours.history)
    assert ours.history["epoch"] == [1, 2, 3]
    assert np.isnan(ours.history["validation loss"][:2]).all()
    assert all(type(x) in (int, float) for column in ours.history.values() for x in column)


def test_batches_may_be_a_list():
    batches = [tuple(x[i : i + 16] for x in points().arrays) for i in range(0, 70, 16)]
    ours, other = trainer(), trainer()
    ours.fit(batches, epochs=2)
    other.fit(loader(shuffle=False), epochs=2)
    assert ours.history["loss"] == other.history["loss"]


@pytest.mark.parametrize("workers", [0, 1, 2])
def test_one_seed_gives_one_training_on_any_number_of_workers(workers):
    first, second = trainer(), trainer()
    first.fit(loader(), epochs=2)
    second.fit(loader(workers=workers), epochs=2)
    assert first.history["loss"] == second.history["loss"]
    assert np.array_equal(weights(first.model), weights(second.model))
    other = trainer(network(seed=1))
    assert other.fit(loader(), epochs=2)["loss"] != first.history["loss"]


@PLAN
def test_a_loss_that_is_no_number_changes_nothing(plan):
    ours = trainer(plan=plan)
    data, labels = points().arrays
    ours.fit([(data, labels)], epochs=1)
    before = dict(ours.model.named_parameters())
    before = {name: p.numpy().copy() for name, p in before.items()}
    moments = {k: v.copy() for k, v in ours.optimizer.state_dict().items()}
    bad = data.copy()
    bad[3, 1] = np.nan
    with pytest.raises(FloatingPointError, match="loss is not finite: nan"):
        ours.fit([(bad, labels)], epochs=1)
    for name, p in ours.model.named_parameters():
        assert np.array_equal(p.numpy(), before[name]), name
    for name, x in ours.optimizer.state_dict().items():
        assert np.array_equal(x, moments[name]), name


def refused(match, **options):
    with pytest.raises((ValueError, TypeError), match=match):
        trainer(**options)


def test_bad_options_are_refused():
    refused("accumulate is a whole number of at least 1", accumulate=0)
    refused('schedule_every is "epoch" or "step"', schedule_every="batch")
    refused("clip_norm or clip_value, not both", clip_norm=1.0, clip_value=1.0)
    refused("there is no metric 'acuracy'", metrics=["acuracy"])
    refused("names of their own.*loss", metrics={"loss": "accuracy"})
    refused("make one: Diary", callbacks=[Diary])
    refused("a callback is a Callback or a function, got int", callbacks=[3])


def test_bad_batches_and_losses_are_refused():
    data, labels = points().arrays
    with pytest.raises(ValueError, match="epochs is a whole number of at least 0"):
        trainer().fit(loader(), epochs=1.5)
    with pytest.raises(ValueError, match="inputs=3, but a batch has 2 arrays"):
        trainer(inputs=3).fit([(data, labels)])
    model = nn.Linear(4, 3)
    for loss, match in [
        (
            lambda out, y: nn.cross_entropy(out, y, reduction="none"),
            "shape \\(70,\\), expected one",
        ),
        (lambda out, y: 3.0, "returned a float: expected one number"),
    ]:
        with pytest.raises((ValueError, TypeError), match=match):
            Trainer(model, loss, optim.SGD(model.parameters(), lr=0.1)).fit([(data, labels)])
