# %% [markdown]
# # A table with gaps and words
#
# Who survives a shipwreck? The columns are those of the well-known list of the Titanic's passengers: numbers, some of
# them missing, and categories. The people are **invented**, by a formula that `data.passengers` documents, since the
# real list may not be shipped. So the best that any model could do is known.

# %%
import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

import diydl as dl
from diydl import data, nn, ops, optim
from diydl.data.encoder import take_rows
from diydl.data.passenger import chance_to_survive
from diydl.train import EarlyStopping, Trainer

known = data.passengers(891, seed=0)
exam = data.passengers(20_000, seed=1)  # as many as one likes: so chance hardly matters


def gaps(column):
    """Count what is missing: nan among numbers, nothing among words."""
    return int(sum(value != value or value == "" for value in column.tolist()))


for name, column in known.items():
    print(f"{name:9} {column[0]!s:12} {gaps(column):4} missing")

# %% [markdown]
# ## From words to numbers
#
# `TableEncoder` learns medians, means, spreads and categories **from the training part alone**. A gap becomes the
# median, and a column of its own says that there was one. A category becomes a column for each of its values
# ("one-hot"), or a number, for an embedding.

# %%
order = np.random.default_rng(0).permutation(891)
learn, choose = take_rows(known, order[:700]), take_rows(known, order[700:])
encoder = data.TableEncoder(
    numbers=["age", "siblings", "parents", "fare"], categories=["class", "sex", "port"]
).fit(learn)
print(encoder.features)
print("numbers of an embedding have", encoder.sizes, "values")

# %% [markdown]
# ## Two networks
#
# The first takes the one-hot columns. The second looks up a learned row of four numbers for each category.


# %%
class Embedded(nn.Module):
    """Numbers as they are, categories as learned rows."""

    def __init__(self, numbers, sizes, hidden=32):
        self.tables = [nn.Embedding(size, 4) for size in sizes]
        self.mind = nn.Sequential(
            nn.Linear(numbers + 4 * len(sizes), hidden),
            nn.ReLU(),
            nn.Dropout(0.3),
            nn.Linear(hidden, 2),
        )

    def forward(self, numbers, codes):
        """Look up, join, and decide."""
        rows = [table(codes[:, k]) for k, table in enumerate(self.tables)]  # each (B, 4)
        return self.mind(ops.concat(numbers, *rows, axis=1))


def one_hot(table):
    """Return the arrays of the first network."""
    return data.ArrayDataset(encoder.transform(table), table["survived"])


def embedded(table):
    """Return the arrays of the second."""
    return data.ArrayDataset(encoder.numeric(table), encoder.codes(table), table["survived"])


def share_right(make, arrays, seed):
    """Train, stop early by the validation part, and return the share of the exam that is right."""
    dl.seed(seed)
    model = make()
    optimizer = optim.AdamW(model.parameters(), lr=0.005, weight_decay=0.05)
    early = EarlyStopping("validation loss", patience=8)
    trainer = Trainer(
        model, nn.cross_entropy, optimizer, metrics=["accuracy"], callbacks=[early], progress=False
    )
    trainer.fit(
        data.DataLoader(arrays(learn), 50, shuffle=True, seed=seed),
        validation=data.DataLoader(arrays(choose), 191),
        epochs=60,
    )
    return trainer.evaluate(data.DataLoader(arrays(exam), 4000))["accuracy"]


def first():
    """Return the network for one-hot columns."""
    return nn.Sequential(
        nn.Linear(len(encoder.features), 32), nn.ReLU(), nn.Dropout(0.3), nn.Linear(32, 2)
    )


def second():
    """Return the network with embeddings."""
    return Embedded(encoder.numeric(learn).shape[1], encoder.sizes)


networks = {
    "network, one-hot": [share_right(first, one_hot, seed) for seed in range(3)],
    "network, embeddings": [share_right(second, embedded, seed) for seed in range(3)],
}

# %% [markdown]
# ## Honest company
#
# The same 700 people to learn from, the same columns, the same exam. And two that need no learning: always to say "did
# not survive", and to know the formula and everything about a person, the gaps too.

# %%
x, y = encoder.transform(learn), learn["survived"]
x_exam, y_exam = encoder.transform(exam), exam["survived"]
logistic = LogisticRegression(max_iter=1000).fit(x, y).score(x_exam, y_exam)
boosted = max(
    (
        HistGradientBoostingClassifier(
            max_depth=depth, learning_rate=0.05, max_iter=80, random_state=0
        ).fit(x, y)
        for depth in (2, 3, 5)
    ),
    key=lambda m: m.score(encoder.transform(choose), choose["survived"]),
).score(x_exam, y_exam)
whole = data.passengers(20_000, missing=False, seed=1)
chance = chance_to_survive(
    whole["class"],
    whole["sex"] == "female",
    whole["age"],
    1 + whole["siblings"] + whole["parents"],
    whole["port"] == "Cherbourg",
)
results = {
    "always no": float((y_exam == 0).mean()),
    "logistic regression (scikit-learn)": logistic,
    "gradient boosting (scikit-learn)": boosted,
    **{name: float(np.mean(shares)) for name, shares in networks.items()},
    "knows the formula": float(((chance > 0.5) == whole["survived"]).mean()),
}
for name, share in results.items():
    print(f"{share:.1%}  {name}")

# %% [markdown]
# All of them end within one percent of each other, and of what can be known. On tables of this kind a network is
# one good tool among others; with 700 rows it has no great advantage. A difference of one percent between two models in
# a test of 179 people, the size that is usual here, would mean nothing: chance alone makes 3 %.
