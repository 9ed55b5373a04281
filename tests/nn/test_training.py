"""All parts together: a small network learns to read real handwritten digits."""

import numpy as np

import diydl as dl
from diydl import nn, optim
from diydl.data import DataLoader, load_digits


def trained(seed, epochs=20):
    dl.seed(seed)
    train, test = load_digits()
    model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
    optimizer = optim.Adam(model.parameters(), lr=3e-3)
    loader = DataLoader(train, batch_size=32, shuffle=True, seed=seed)
    losses = []
    for _ in range(epochs):
        for x, y in loader:
            loss = nn.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            assert loss.dtype == np.float32
    x, y = test.arrays
    with dl.no_grad():
        accuracy = float(np.mean(model(x).numpy().argmax(1) == y))
    return model, losses, accuracy


def test_digits_are_learnt_in_float32():
    model, losses, accuracy = trained(seed=0)
    assert accuracy > 0.95
    assert losses[0] > 2 > 0.2 > np.mean(losses[-47:])
    assert all(p.dtype == p.grad.dtype == np.float32 for p in model.parameters())


def test_a_seed_fixes_the_whole_training():
    first, second = trained(seed=1, epochs=2), trained(seed=1, epochs=2)
    assert first[1] == second[1]
    assert first[1] != trained(seed=2, epochs=2)[1]
