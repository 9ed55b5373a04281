"""`diydl doctor`: what is there, what is not, what follows, and how to mend it. No network.

Each probe looks at one thing and returns a `Finding`. A probe that fails itself says so, and the
others still run.
"""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import click

from diydl.course.say import say

STATES = {
    "ok": "is as it should be",
    "note": "is worth knowing; the course runs",
    "absent": "is not there; the course runs without it",
    "problem": "has to be mended before the course runs as it should",
    "unknown": "could not be looked at",
}


@dataclass(frozen=True)
class Finding:
    """What a probe found: a state of `STATES`, what is there, what follows, how to mend it."""

    topic: str
    state: str
    what: str
    follows: str = ""
    mend: str = ""

    def __str__(self) -> str:
        lines = [f"{self.state:8} {self.topic}: {self.what}"]
        lines += [f"         {self.follows}"] if self.follows else []
        lines += [f"         To mend it: {self.mend}"] if self.mend else []
        return "\n".join(lines)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(as_json: bool) -> None:
    """Look at this machine: what is there, what is not, what follows, how to mend it.

    Nothing is sent anywhere and nothing is changed. The exit status is 0 when the course can run,
    1 when something keeps it from running.
    """
    from diydl.course.probes import PROBES

    findings = examine(PROBES)
    runs = all(finding.state != "problem" for finding in findings)
    if as_json:
        rows = [asdict(finding) for finding in findings]
        click.echo(json.dumps({"runs": runs, "findings": rows}, indent=1))
    else:
        for finding in findings:
            _say(finding)
        _close(findings, runs)
    sys.exit(0 if runs else 1)


def examine(probes: Sequence[Callable[[], Finding]]) -> list[Finding]:
    """Run the probes; one that fails becomes a finding of its own.

    Examples
    --------
    >>> def luck():
    ...     return 1 / 0
    >>> print(*examine([luck]))
    unknown  luck: ZeroDivisionError: division by zero
             This probe failed; the rest is not touched by that.
    """
    return [_guarded(probe) for probe in probes]


def _guarded(probe: Callable[[], Finding]) -> Finding:
    try:
        return probe()
    except Exception as error:  # whatever a broken installation may raise
        reason = f"{type(error).__name__}: {error}"[:300]
        name = getattr(probe, "__name__", "probe").replace("_", " ")
        failed = "This probe failed; the rest is not touched by that."
        return Finding(name, "unknown", reason, failed)


def _say(finding: Finding) -> None:
    colours = {"ok": "green", "problem": "red", "unknown": "yellow"}
    head, *rest = str(finding).splitlines()
    word = click.style(head[:8], fg=colours.get(finding.state), bold=True)
    say("\n".join([word + head[8:], *rest]))


def _close(findings: Sequence[Finding], runs: bool) -> None:
    seen = [state for state in STATES if any(finding.state == state for finding in findings)]
    click.echo("")
    for state in seen:
        if state != "ok":
            click.echo(f"{state}: {STATES[state]}")
    click.echo("The course can run." if runs else "Mend first what is marked `problem`.")
