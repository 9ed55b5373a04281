"""What a check says: readable text, or the same as a page for the notebook."""

import html
import os
import re
from dataclasses import dataclass, field

_STATUS = {"failed": "not yet", "unreadable": "could not be read", "unknown": "unknown exercise"}
_WORDS = {"passed": "passed", "failed": "not yet", "not run": "not run"}
_SIGNS = {"passed": "\u2713", "failed": "\u2717", "not run": "\u2013"}
# Okabe and Ito's blue and vermillion: told apart by every kind of eye, on white and on black.
_GREY = "#888888"
_COLOURS = {"passed": "#0072B2", "failed": "#D55E00", "not run": _GREY, "not started": _GREY}


@dataclass(frozen=True)
class Line:
    """One row of a report: a test, its outcome, its points, what went wrong and what may help."""

    title: str
    outcome: str
    points: float = 0.0
    message: str = ""
    hint: str = ""


@dataclass
class Report:
    """The result of ``check(id, answer)``.

    ``status`` is "passed", "failed", "not started" (the placeholder is still there), "stopped" (the
    time was up), "unreadable" (no answer could be made of what was given), "unknown" (no such
    exercise) or "error" (the check itself failed).

    >>> Report("00/relu", "Bend", status="passed", points=5, max=5).passed
    True
    """

    id: str
    title: str = ""
    status: str = "failed"
    points: float = 0.0
    max: float = 0.0
    summary: str = ""
    lines: list[Line] = field(default_factory=list)
    mistake: str | None = None
    advice: str = ""
    printed: str = ""
    notes: list[str] = field(default_factory=list)
    next: str = ""
    answer: str = ""
    seed: int | None = None
    cell: str = ""

    @property
    def passed(self) -> bool:
        """Whether the answer is right in every respect."""
        return self.status == "passed"

    @property
    def head(self) -> str:
        """The first line: exercise, points, status."""
        score = f", {self.points:g} of {self.max:g} points" if self.max else ""
        words = _STATUS.get(self.status, self.status)
        title = f" {self.title}" if self.title else ""
        return f"{self.id}{title}{'' if title.endswith('?') else ':'} {words}{score}"

    def __str__(self) -> str:
        parts = [self.head]
        if self.summary:
            parts.append(_indent(self.summary))
        if self.advice:
            parts.append("  What may be behind it: " + self.advice)
        for line in self.lines:
            points = f" ({line.points:g})" if line.points else ""
            row = f"  {_SIGNS[line.outcome]} {_WORDS[line.outcome]:8} {line.title}{points}"
            parts.append(row)
            if line.message:
                parts.append(_indent(line.message, 13))
            if line.hint:
                parts.append(_indent("Hint: " + line.hint, 13))
        if self.printed:
            parts.append("  Your code printed:\n" + _indent(self.printed, 4))
        parts.extend("  " + text for text in [*self.notes, self.next] if text)
        return "\n".join(parts)

    def __repr__(self) -> str:
        return f"{self.points:g}" if os.environ.get("NBGRADER_EXECUTION") else str(self)

    def _repr_html_(self) -> str | None:
        """The same for a notebook: no script, no colour without a word beside it."""
        if os.environ.get("NBGRADER_EXECUTION"):
            return None
        rows = "".join(_row(line) for line in self.lines)
        parts = [f"<strong>{_text(self.head)}</strong>"]
        if self.summary:
            parts.append(f"<p style='margin:.3em 0'>{_text(self.summary)}</p>")
        if self.advice:
            parts.append(
                f"<p style='margin:.3em 0'><strong>What may be behind it:</strong> "
                f"{_text(self.advice)}</p>"
            )
        if rows:
            parts.append(f"<ul style='list-style:none;padding-left:.2em;margin:.3em 0'>{rows}</ul>")
        if self.printed:
            parts.append(_unfold("What your code printed", self.printed))
        parts += [f"<p style='margin:.3em 0'>{_text(t)}</p>" for t in [*self.notes, self.next] if t]
        if self.answer:
            parts.append(_unfold("One way to write it", self.answer))
        colour = _COLOURS.get(self.status, _COLOURS["failed"])
        label = html.escape(f"Check of {self.id}")
        return (
            f"<div role='group' aria-label='{label}' style='border-left:4px solid {colour};"
            f"padding:.2em .8em;max-width:60em'>{''.join(parts)}</div>"
        )


def _row(line: Line) -> str:
    points = f" ({line.points:g})" if line.points else ""
    extra = ""
    if line.message:
        extra += f"<div style='margin-left:1.6em;white-space:pre-wrap'>{_text(line.message)}</div>"
    if line.hint:
        extra += f"<div style='margin-left:1.6em'><em>Hint:</em> {_text(line.hint)}</div>"
    sign = (
        f"<span style='color:{_COLOURS[line.outcome]};font-weight:bold' aria-hidden='true'>"
        f"{_SIGNS[line.outcome]}</span>"
    )
    return f"<li>{sign} {_WORDS[line.outcome]}: {_text(line.title)}{points}{extra}</li>"


def _unfold(title: str, text: str) -> str:
    return (
        f"<details><summary>{html.escape(title)}</summary><pre "
        f"style='white-space:pre-wrap;max-height:20em;overflow:auto'>{html.escape(text)}</pre>"
        "</details>"
    )


def _text(text: str) -> str:
    return re.sub(r"`([^`\n]+)`", r"<code>\1</code>", html.escape(text, quote=True))


def _indent(text: str, by: int = 2) -> str:
    return "\n".join(" " * by + line for line in text.splitlines())
