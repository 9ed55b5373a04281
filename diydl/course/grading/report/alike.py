"""Pairs of submissions that are more alike than the task explains: advice to a person, no verdict.

Two answers are compared without their names of variables, comments, docstrings and spaces: as runs
of eight symbols. What was handed out, what the answer key and the known mistakes have, and what
many of the class share says nothing and is left out. The idea of such runs is from Schleimer,
Wilkerson and Aiken, "Winnowing: local algorithms for document fingerprinting" (2003).
"""

import builtins
import io
import keyword
import re
import tokenize
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

GRAM = 8  # symbols of a run
LEAST = 20  # runs that a pair must share: some four lines of one's own
SHARE = 0.7  # of the runs of the shorter one
WIDESPREAD = 0.15  # of the class: what more of them have is nobody's own
GROUP = 4  # but that many may have worked together, however small the class
_MOST_PAIRS = 30
_KEPT = {*keyword.kwlist, *dir(builtins), "np", "dl", "nn", "self"}
_SKIPPED = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
    tokenize.ENCODING,
}
_BEFORE_DOCSTRING = {tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.NL}

Symbol = tuple[str, int]  # what it is, and in which line it stands
Run = tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """One exercise of a pair: both texts, and the lines (from 1) that hold what they share."""

    exercise: str
    texts: tuple[str, str]
    lines: tuple[frozenset[int], frozenset[int]]
    runs: int


@dataclass(frozen=True)
class Pair:
    """Two ids, the share of the shorter one's own runs that both have, and where they are."""

    ids: tuple[str, str]
    share: float
    runs: int
    verbatim: int
    parts: tuple[Part, ...]


def alike(
    texts: Mapping[str, Mapping[str, str]], known: Mapping[str, Sequence[str]] | None = None
) -> list[Pair]:
    """Return the pairs worth a look, the most alike first.

    Parameters
    ----------
    texts
        From id to exercise to the text of the answer.
    known
        From exercise to texts that explain likeness: the stub, the answer key, known mistakes.

    Examples
    --------
    >>> own = "def f(x):\\n  a = x * 3 + 1\\n  b = a ** 2 - 7\\n  return [a, b, a * b, a - b / 9]"
    >>> renamed = own.replace("a", "first").replace("b", "second")
    >>> found = alike({"ada": {"0": own}, "bob": {"0": renamed}, "eve": {"0": "def f(x): pass"}})
    >>> [(pair.ids, pair.share) for pair in found]
    [(('ada', 'bob'), 1.0)]
    """
    symbols = {
        (id, exercise): symbols_of(text)
        for id, answers in texts.items()
        for exercise, text in answers.items()
    }
    runs = {place: set(_runs(found)) for place, found in symbols.items()}
    common = _common(runs, len(texts), known or {})
    own = {place: found - common[place[1]] for place, found in runs.items()}
    totals: Counter[str] = Counter()
    for (id, _), found in own.items():
        totals[id] += len(found)
    pairs = []
    for (a, b), shared in _shared(own).items():
        count = sum(len(found) for found in shared.values())
        share = count / min(totals[a], totals[b])
        if count < LEAST or share < SHARE:
            continue
        parts = tuple(
            _part(exercise, (a, b), texts, symbols, shared[exercise])
            for exercise in texts[a]
            if exercise in shared
        )
        verbatim = sum(_same_lines(*part.texts) for part in parts)
        pairs.append(Pair((a, b), share, count, verbatim, parts))
    pairs.sort(key=lambda pair: (-pair.runs * pair.share, pair.ids))
    return pairs[:_MOST_PAIRS]


def symbols_of(text: str) -> list[Symbol]:
    """Return the symbols of a text, with their lines; names of one's own are all the same.

    Examples
    --------
    >>> [symbol for symbol, line in symbols_of("y = dl.exp(x)  # grows")]
    ['_', '=', 'dl', '.', 'exp', '(', '_', ')']
    """
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError, ValueError):
        return _roughly(text)
    found: list[Symbol] = []
    before, last = tokenize.NEWLINE, ""
    for token, after in zip(tokens, [*tokens[1:], tokens[-1]], strict=True):
        docstring = (
            token.type == tokenize.STRING
            and before in _BEFORE_DOCSTRING
            and after.type in (tokenize.NEWLINE, tokenize.ENDMARKER)
        )
        if token.type not in _SKIPPED and not docstring:
            found.append((_symbol(token.string, last), token.start[0]))
            last = token.string
        if token.type != tokenize.COMMENT:
            before = token.type
    return found


def _symbol(text: str, before: str) -> str:
    """Keep what the language and the library name; any other name becomes a dash."""
    if not text.isidentifier() or text in _KEPT or before == ".":
        return text
    return "_"


def _roughly(text: str) -> list[Symbol]:
    """Do the same for what is no Python."""
    return [
        (_symbol(word, ""), number)
        for number, line in enumerate(text.splitlines(), start=1)
        for word in re.findall(r"\w+|[^\w\s]", line.partition("#")[0])
    ]


def _runs(symbols: Sequence[Symbol]) -> Iterable[Run]:
    names = [symbol for symbol, _ in symbols]
    return (tuple(names[k : k + GRAM]) for k in range(len(names) - GRAM + 1))


def _common(
    runs: Mapping[tuple[str, str], set[Run]], learners: int, known: Mapping[str, Sequence[str]]
) -> dict[str, set[Run]]:
    """Return, for each exercise, the runs that say nothing about who wrote them."""
    counts: dict[str, Counter[Run]] = defaultdict(Counter)
    for (_, exercise), found in runs.items():
        counts[exercise].update(found)
    most = max(GROUP, round(WIDESPREAD * learners))
    common = {
        exercise: {run for run, count in counted.items() if count > most}
        for exercise, counted in counts.items()
    }
    for exercise, texts in known.items():
        for text in texts:
            common.setdefault(exercise, set()).update(_runs(symbols_of(text)))
    return common


def _shared(
    own: Mapping[tuple[str, str], set[Run]],
) -> dict[tuple[str, str], dict[str, set[Run]]]:
    """Return what any two share, by exercise; only pairs that share something."""
    holders: dict[tuple[str, Run], list[str]] = defaultdict(list)
    for (id, exercise), found in own.items():
        for run in found:
            holders[exercise, run].append(id)
    shared: dict[tuple[str, str], dict[str, set[Run]]] = defaultdict(lambda: defaultdict(set))
    for (exercise, run), ids in holders.items():
        for a, b in combinations(sorted(ids), 2):
            shared[a, b][exercise].add(run)
    return shared


def _part(exercise, ids, texts, symbols, shared) -> Part:
    first, second = (_lines(symbols[id, exercise], shared) for id in ids)
    return Part(
        exercise,
        (texts[ids[0]][exercise], texts[ids[1]][exercise]),
        (first, second),
        len(shared),
    )


def _lines(symbols: Sequence[Symbol], shared: set[Run]) -> frozenset[int]:
    return frozenset(
        line
        for k, run in enumerate(_runs(symbols))
        if run in shared
        for _, line in symbols[k : k + GRAM]
    )


def _same_lines(first: str, second: str) -> int:
    """Count lines of some length that both have letter for letter."""
    lines = [
        {line.strip() for line in text.splitlines() if len(line.strip()) > 9}
        for text in (first, second)
    ]
    return len(lines[0] & lines[1])
