"""The `diydl` command: a table of contents, and each command loaded only when it is called.

To add a command, write a click command in the module that does the work (or beside it) and add a
row to `COMMANDS`: its name, "module:attribute" and one line for the list. A row stands here only
when the command works.
"""

import difflib
import importlib

import click

from diydl import __version__

COMMANDS = {
    "Learn": {
        "lab": ("diydl.course.lab:lab", "Open the course in JupyterLab, on your own copies"),
        "start": ("diydl.course.lab:start", "The same in a folder of your choice"),
        "check": ("diydl.course.terminal:check", "Check your answers in the terminal"),
        "progress": ("diydl.course.standing_view:progress", "Show what is done and what is yours"),
        "handin": (
            "diydl.course.grading.command.handin:handin",
            "Make one zip of your work, to hand in",
        ),
    },
    "Look after your course": {
        "answers": ("diydl.course.answers_command:answers", "Carry answers to another machine"),
        "doctor": ("diydl.course.doctor:doctor", "See what is there, and mend what is not"),
        "tree": ("diydl.course.tree:tree", "Show the library at a chapter, or write it out"),
    },
    "Teach": {
        "release": (
            "diydl.course.grading.command.release:release",
            "Write what a class is handed out",
        ),
        "collect": (
            "diydl.course.grading.command.collect_command:collect",
            "See what came and what did not",
        ),
        "grade": (
            "diydl.course.grading.command.grade_command:grade",
            "Grade a class's submissions",
        ),
        "gradescope": (
            "diydl.course.grading.command.autograder:gradescope",
            "Write a chapter's autograder for Gradescope",
        ),
    },
    "Use the library": {
        "graph": ("diydl.draw.command:graph", "Draw an exported graph as a page of its own"),
    },
    "Write chapters": {
        "build": ("diydl.course.build:build", "Derive the notebooks from solutions/*.py"),
        "book": ("diydl.course.book.command:book", "Build the book, a site that needs no network"),
    },
}


class Contents(click.Group):
    """A group of commands that lists them by section and imports none until it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all commands, in the order of the table."""
        return [name for section in COMMANDS.values() for name in section]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command of that name; None when there is none."""
        for section in COMMANDS.values():
            if cmd_name in section:
                module, attribute = section[cmd_name][0].split(":")
                return getattr(importlib.import_module(module), attribute)
        near = difflib.get_close_matches(cmd_name, self.list_commands(ctx), n=1)
        if near:
            raise click.UsageError(f"No such command {cmd_name!r}. Did you mean {near[0]!r}?", ctx)
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one titled list for each section."""
        for title, section in COMMANDS.items():
            with formatter.section(title):
                formatter.write_dl([(name, summary) for name, (_, summary) in section.items()])


@click.group(cls=Contents, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="diydl")
def main() -> None:
    """Build your own deep-learning library, chapter by chapter.

    Begin with `diydl lab`. Each command explains itself: `diydl lab --help`.
    """
