"""Exercises answered with a value: predictions, orderings and bug hunts. They carry no points.

Each has ``judge(answer)``, which returns a `Judgement`, ``stub`` (what stands in the untouched
notebook), ``solution`` and a bank of wrong answers, like an exercise in code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from diydl.course.bank import Mistake

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Judgement:
    """What a question's answer is worth: a status, a message and, if known, the mistake.

    ``status`` is "passed", "failed", "not started" or "unreadable" (the answer has no such form).
    """

    status: str
    message: str
    mistake: Mistake | None = None


@dataclass
class Question:
    """What all questions share; a kind of question says how to read and to judge an answer."""

    id: str
    title: str
    hints: tuple[str, str, str]
    mistakes: list[Mistake] = field(default_factory=list, kw_only=True)
    stub = ...
    kind = "question"

    def judge(self, answer: Any) -> Judgement:
        """Say what an answer is worth, and why."""
        if answer is ... or answer is None:
            return Judgement("not started", f"Not answered yet: {self.wanted}.")
        value, problem = self.read(answer)
        if problem:
            return Judgement("unreadable", f"{problem}; write {self.wanted}.")
        if self.is_right(value):
            return Judgement("passed", self.praise(value))
        known = next((m for m in self.mistakes if self.is_like(value, m.answer)), None)
        return Judgement("failed", known.message if known else self.advice(value), known)

    wanted = "an answer in place of the dots"

    def read(self, answer: Any) -> tuple[Any, str | None]:
        """Return the answer in one form, or what is wrong with its form."""
        raise NotImplementedError

    def is_right(self, value: Any) -> bool:
        """Tell whether the answer, once read, is right."""
        raise NotImplementedError

    def is_like(self, value: Any, mistaken: Any) -> bool:
        """Tell whether the answer is the one of a known mistake."""
        return value == self.read(mistaken)[0]

    def praise(self, value: Any) -> str:
        """Message for a right answer."""
        raise NotImplementedError

    def advice(self, value: Any) -> str:
        """Message for a wrong answer that the bank does not know."""
        raise NotImplementedError

    def lines(self) -> list[tuple[str, str]]:
        """The lines that the notebook shows, each with its letter or number."""
        return []


@dataclass
class Prediction(Question):
    """A whole number, right within ``low`` and ``high`` (both included).

    A mistake's answer is a pair (from, to): any number between them gets its message.
    """

    low: int
    high: int
    explain: str
    solution: int
    kind = "prediction"
    wanted = "a whole number such as 42, without quotes"

    def read(self, answer):
        """Accept an int, and a float without a fraction."""
        whole = isinstance(answer, int) or (isinstance(answer, float) and answer.is_integer())
        if isinstance(answer, bool) or not whole:
            return None, f"{_shown(answer)} is not a whole number"
        return int(answer), None

    def is_right(self, value):
        """Tell whether the number is in the range."""
        return self.low <= value <= self.high

    def is_like(self, value, mistaken):
        """Tell whether the number is in the range of a mistake."""
        return mistaken[0] <= value <= mistaken[1]

    def praise(self, value):
        """Explain why the range is what it is."""
        return f"Well predicted. {self.explain}"

    def advice(self, value):
        """Explain why the number is not in the range."""
        one = self.low == self.high
        right = f"it is {self.low}" if one else f"anything from {self.low} to {self.high} counts"
        return f"Not {value}: {right}. {self.explain}"


@dataclass
class Ordering(Question):
    """Lines to be put in order, a few of which do not belong there.

    Parameters
    ----------
    steps
        Name and text of each line that belongs, in the right order.
    distractors
        Name, text and reason of each line that does not belong.
    shown
        The names in the order in which the notebook shows them, as a, b, c, ...
    mistakes
        Wrong orders, as sequences of names, by `wrong_order`.
    """

    steps: Mapping[str, str]
    distractors: Mapping[str, tuple[str, str]]
    shown: Sequence[str]
    explain: str
    kind = "ordering"

    def __post_init__(self):
        if sorted(self.shown) != sorted([*self.steps, *self.distractors]):
            raise ValueError(f"{self.id}: shown must name every step and distractor once")

    @property
    def wanted(self) -> str:
        """The form of an answer."""
        return 'the letters in their order as a string, such as "abcd"'

    @property
    def solution(self) -> str:
        """The letters in the right order."""
        return self.letters(self.steps)

    def letters(self, names) -> str:
        """Return the letters of these lines."""
        return "".join(_LETTERS[list(self.shown).index(name)] for name in names)

    def wrong_order(self, message: str, *names: str) -> None:
        """Put a wrong order into the bank, with the message that names its cause."""
        self.mistakes.append(Mistake("-".join(names), message, self.letters(names)))

    def lines(self):
        """Return the lines as shown."""
        text = dict(self.steps) | {name: line for name, (line, _) in self.distractors.items()}
        return [(_LETTERS[k], text[name]) for k, name in enumerate(self.shown)]

    def read(self, answer):
        """Accept "cadb", "c a d b", "c, a, d, b" and lists of letters."""
        if not isinstance(answer, str | list | tuple) or not all(
            isinstance(x, str) for x in answer
        ):
            return None, f"{_shown(answer)} is no order of letters"
        letters = [x for x in "".join(answer).lower() if x.isalnum()]
        known = _LETTERS[: len(self.shown)]
        strange = [x for x in letters if x not in known]
        if strange or not letters:
            return None, f"{_shown(answer)} names other lines than {known[0]} to {known[-1]}"
        if len(set(letters)) < len(letters):
            return None, f"{_shown(answer)} names a line twice"
        return "".join(letters), None

    def is_right(self, value):
        """Tell whether the order is the right one."""
        return value == self.solution

    def praise(self, value):
        """Explain the order."""
        return f"In order. {self.explain}"

    def advice(self, value):
        """Name the line that does not belong, the missing one or the first out of place."""
        names = {letter: self.shown[k] for k, letter in enumerate(_LETTERS[: len(self.shown)])}
        for letter in value:
            if names[letter] in self.distractors:
                return f"Line {letter} does not belong here: {self.distractors[names[letter]][1]}"
        if len(value) < len(self.solution):
            return f"{len(value)} lines of {len(self.solution)}: one that is needed is missing."
        pairs = zip(value, self.solution, strict=True)
        place, letter = next((k, a) for k, (a, b) in enumerate(pairs, 1) if a != b)
        before = self.solution.index(letter)
        needed = ", ".join(x for x in self.solution[:before] if x not in value[: place - 1])
        if needed:
            return f"Line {letter} comes too early: what does it need that {needed} makes first?"
        return f"Line {letter} stands in place {place}; which line should use its result by then?"


@dataclass
class BugHunt(Question):
    """A program with one wrong line; the answer is its number.

    Mistakes are lines that look suspicious and are right; `innocent` puts them into the bank.
    ``fixed`` is the line as it should be.
    """

    code: str
    wrong: int
    fixed: str
    explain: str
    kind = "bug hunt"

    @property
    def wanted(self) -> str:
        """The form of an answer."""
        return f"the number of a line, 1 to {len(self.code.splitlines())}, without quotes"

    @property
    def solution(self) -> int:
        """The number of the wrong line."""
        return self.wrong

    def innocent(self, line: int, message: str) -> None:
        """Put a suspicion into the bank, with the reason why the line is right."""
        self.mistakes.append(Mistake(f"line_{line}", message, line))

    def lines(self):
        """Return the numbered lines."""
        return [(str(k), line) for k, line in enumerate(self.code.splitlines(), 1)]

    def read(self, answer):
        """Accept the number of a line."""
        whole = isinstance(answer, int) and not isinstance(answer, bool)
        if not whole or not 1 <= answer <= len(self.code.splitlines()):
            return None, f"{_shown(answer)} is not a line of this program"
        return answer, None

    def is_right(self, value):
        """Tell whether this is the wrong line."""
        return value == self.wrong

    def praise(self, value):
        """Explain the bug and show the line as it should be."""
        return f"Found. {self.explain} It should read: {self.fixed.strip()}"

    def advice(self, value):
        """Send the learner on."""
        return f"Line {value} is right: it does what it should. Follow the numbers from the top."

    def repaired(self) -> str:
        """Return the program with its bug mended."""
        lines = self.code.splitlines()
        lines[self.wrong - 1] = self.fixed
        return "\n".join(lines)


def as_answer(mistaken: Any) -> Any:
    """Return an answer that makes a mistake of a bank: of a range, its beginning.

    >>> as_answer((40, 60)), as_answer("cabd")
    (40, 'cabd')
    """
    return mistaken[0] if isinstance(mistaken, tuple) else mistaken


def _shown(answer: Any) -> str:
    text = repr(answer)
    return text if len(text) <= 40 else text[:37] + "..."
