"""Print text in any terminal: what its encoding lacks is written as an escape, not an error."""

import sys

import click


def say(text: str) -> None:
    r"""Print a text; where the terminal has no letter for it, an escape such as ``\u2713``.

    Examples
    --------
    >>> say("two words")
    two words
    """
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    click.echo(text.encode(encoding, "backslashreplace").decode(encoding))
