"""A table like the Titanic's, made by a formula: numbers, categories, gaps, and who survived.

The real list of passengers may not be shipped, so this one is invented, person by person. It has
the real one's columns, about its shares and its gaps, and a rule that one can know.
"""

import numpy as np

CLASSES = (1, 2, 3)
PORTS = ("Cherbourg", "Queenstown", "Southampton")


def passengers(count=891, *, missing=True, seed=0):
    """Make a Titanic-like table: a dict of columns, each an array of `count` entries.

    Invented people, not the real list. Drawn are, independently for each person:

    - "class" 1, 2, 3 with 24, 21 and 55 %; "sex" female with 44, 41 and 29 % by class;
    - "age": Gamma with mean 38, 30, 25 by class and standard deviation 0.45 of it, at most 80;
    - "siblings" and "parents": Poisson with means 0.5 and 0.4, plus 1 for those under 15;
    - "port": Cherbourg, Queenstown, Southampton with 40, 1, 59 % in first class, 9, 2, 89 % in
      second and 13, 15, 72 % in third;
    - "fare": log-normal with medians 60, 15 and 8 by class, times the square root of the family;
    - "survived" with probability ``1 / (1 + exp(-s))`` where

          s = -1.0 + 2.6 [female] - 0.9 [third class] + 0.7 [first class]
              - 1.1 [female and third class] + 1.9 [under 13, not third class]
              - 0.02 (age - 30) - 0.5 max(family - 4, 0) + 0.4 [Cherbourg]

      with family = 1 + siblings + parents. Because one thing changes what another means (the class
      matters more for women and children), no sum of separate effects is the whole rule.

    Gaps, with ``missing=True``: the age is NaN for 12 % of the first and second and 25 % of the
    third class; the port is "" for 1 in 200.

    Parameters
    ----------
    count : int
        Number of people; the real list of the well-known task has 891.
    missing : bool
        Whether there are gaps.
    seed : int
        Fixes everything.

    Returns
    -------
    dict of str to array
        "class" int64, "sex" str, "age" float64, "siblings" and "parents" int64, "fare" float64,
        "port" str, and "survived" int64: 0 or 1.

    References
    ----------
    The columns: F. Harrell and T. Cason's list of the Titanic's passengers, 1999.

    Examples
    --------
    >>> table = passengers()
    >>> list(table)
    ['class', 'sex', 'age', 'siblings', 'parents', 'fare', 'port', 'survived']
    >>> float(table["survived"].mean().round(2))
    0.38
    """
    if count < 1:
        raise ValueError(f"count is at least 1, got {count}")
    random = np.random.default_rng(seed)
    level = random.choice(3, count, p=[0.24, 0.21, 0.55])
    female = random.random(count) < np.array([0.44, 0.41, 0.29])[level]
    mean = np.array([38.0, 30.0, 25.0])[level]
    age = np.minimum(random.gamma(1 / 0.45**2, mean * 0.45**2), 80).round(1)
    child = age < 15
    siblings = random.poisson(0.5, count) + child
    parents = random.poisson(0.4, count) + child
    shares = np.array([[0.40, 0.01, 0.59], [0.09, 0.02, 0.89], [0.13, 0.15, 0.72]])
    port = (random.random(count)[:, None] > shares.cumsum(axis=1)[level][:, :2]).sum(axis=1)
    family = 1 + siblings + parents
    fare = np.exp(random.normal(np.log([60.0, 15.0, 8.0])[level], 0.4)) * np.sqrt(family)
    chance = chance_to_survive(level + 1, female, age, family, port == 0)
    survived = random.random(count) < chance
    names = np.array(PORTS)[port]
    if missing:
        age = np.where(random.random(count) < np.array([0.12, 0.12, 0.25])[level], np.nan, age)
        names = np.where(random.random(count) < 1 / 200, "", names)
    return {
        "class": (level + 1).astype(np.int64),
        "sex": np.where(female, "female", "male"),
        "age": age,
        "siblings": siblings.astype(np.int64),
        "parents": parents.astype(np.int64),
        "fare": fare.round(2),
        "port": names,
        "survived": survived.astype(np.int64),
    }


def chance_to_survive(level, female, age, family, cherbourg):
    """Return the probability that `passengers` draws from: what the best of all models would say.

    Examples
    --------
    >>> float(chance_to_survive(1, True, 30.0, 1, False).round(2))
    0.91
    """
    first, third = np.equal(level, 1), np.equal(level, 3)
    score = -1.0 + 2.6 * np.asarray(female) - 0.9 * third + 0.7 * first
    score = score - 1.1 * (np.asarray(female) & third) + 1.9 * (np.less(age, 13) & ~third)
    score = score - 0.02 * (np.asarray(age) - 30) - 0.5 * np.maximum(np.asarray(family) - 4, 0)
    return 1 / (1 + np.exp(-(score + 0.4 * np.asarray(cherbourg))))
