"""`diydl handin`: one zip of a learner's work, made in the course folder.

The notebook as it is, the stored answers of the chapter, and `manifest.json`, which says who hands
it in. `diydl grade` reads such zips, by themselves or inside the download of a platform.
"""

import hashlib
import io
import json
import sys
import time
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import click

import diydl
from diydl.course.catalog import exercise_ids, find_exercise
from diydl.course.folder import answers_folder, default_course_folder, fingerprint
from diydl.course.grading.intake.manifest import (
    FORMAT,
    LARGEST,
    NAME,
    VERSION,
    one_line,
    parse_manifest,
)
from diydl.course.grading.intake.naming import file_names
from diydl.course.index import Chapter, UnknownChapter, chapters_dir, find_chapter, load_index
from diydl.course.record import Record, files_of, read_all
from diydl.course.say import say
from diydl.storage import write_atomically

_REMEMBERED = ".diydl-learner.json"
_LOWEST_TIME = (1980, 1, 1, 0, 0, 0)


class HandinError(Exception):
    """There is nothing to hand in, or it cannot be written; the message says what to do."""


@dataclass(frozen=True)
class Work:
    """A learner's work on one chapter: the notebook, if it was changed, and stored answers."""

    chapter: Chapter
    notebook: bytes | None
    saved: float
    records: tuple[Record, ...]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to hand in."""
        return self.notebook is None and not self.records

    def said(self) -> str:
        """Say in one line what there is."""
        ids = [id for id in exercise_ids(self.chapter.number) if find_exercise(id).kind == "code"]
        done = {record.id for record in self.records if record.passed}
        open_ = [id for id in ids if id not in done]
        rest = f"; no passed check stored for {', '.join(open_)}" if open_ else ""
        return f"{self.chapter.id}: {len(ids) - len(open_)} of {len(ids)} exercises passed{rest}"


def find_work(folder: Path, chapter: Chapter, answers: Path | None = None) -> Work:
    """Find a learner's work on a chapter in a course folder."""
    notebook, saved = None, 0.0
    path, given = folder / chapter.notebook, chapters_dir() / chapter.notebook
    records = [
        record
        for record in read_all(answers or folder / "answers")[0]
        if record.id[:2] == chapter.number and (record.attempts or record.passed)
    ]
    if path.is_file():
        content = path.read_bytes()
        saved = path.stat().st_mtime
        if (
            records
            or not given.is_file()
            or fingerprint(content) != fingerprint(given.read_bytes())
        ):
            notebook = content
    return Work(chapter, notebook, saved, tuple(records))


def pack_handin(works: list[Work], id: str, name: str = "", made: float | None = None) -> bytes:
    """Return a zip of a learner's work, with its manifest.

    Examples
    --------
    >>> from diydl.course.index import find_chapter
    >>> content = pack_handin([Work(find_chapter("00"), b"{}", 0.0, ())], "ada")
    >>> zipfile.ZipFile(io.BytesIO(content)).namelist()
    ['manifest.json', '00_first_win.ipynb']
    """
    made = time.time() if made is None else made
    files: dict[str, bytes] = {}
    for work in works:
        if work.notebook is not None:
            files[work.chapter.notebook] = work.notebook
        for record in work.records:
            files |= {f"answers/{file}": content for file, content in files_of(record).items()}
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "diydl": diydl.__version__,
        "id": one_line(id),
        "name": one_line(name),
        "made": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(made)),
        "chapters": [work.chapter.id for work in works],
        "files": {
            file: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for file, content in files.items()
        },
    }
    text = json.dumps(manifest, indent=1, ensure_ascii=False).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as parcel:
        for file, content in {NAME: text, **files}.items():
            info = zipfile.ZipInfo(file, max(time.gmtime(made)[:6], _LOWEST_TIME))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            parcel.writestr(info, content)
    return buffer.getvalue()


@click.command()
@click.argument("chapter", required=False)
@click.option("--id", "id_", metavar="ID", help="Your student id; asked for once, then remembered.")
@click.option("--name", metavar="NAME", help="Your name.")
@click.option(
    "-o",
    "--out",
    metavar="FILE.zip",
    type=click.Path(path_type=Path),
    help="Where to write it; handin-CHAPTER-ID.zip in the current folder unless given.",
)
def handin(chapter: str | None, id_: str | None, name: str | None, out: Path | None) -> None:
    """Make one zip of your work on CHAPTER (or on all), to hand in.

    \b
    diydl handin 03                    asks for your id the first time
    diydl handin 03 --id 4017 --name "Ada Lovelace"

    Save the notebook first. In the zip are the notebook and your stored answers; nothing is sent
    anywhere: upload it where your course collects work.
    """
    folder = default_course_folder()
    if folder is None:
        raise click.UsageError(
            "there is no course folder here; go to the one that `diydl lab` or `diydl start DIR` "
            "works in"
        )
    try:
        works = _works(folder, chapter)
        id, name = _who(folder, id_, name)
        target = _target(out, works, id, one=chapter is not None)
        write_atomically(target, pack_handin(works, id, name))
    except (HandinError, UnknownChapter, OSError) as error:
        raise click.ClickException(str(error)) from error
    for work in works:
        say(work.said())
        if work.notebook is None:
            say(f"  {work.chapter.notebook} is as it came, so only stored answers are in the zip")
        else:
            saved = time.strftime("%H:%M on %d %B", time.localtime(work.saved))
            say(f"  the notebook as saved at {saved}; save and hand in again if it is newer")
    say(f"Hand in {target} (as {id}{f', {name}' if name else ''})")


def _works(folder: Path, chapter: str | None) -> list[Work]:
    named = [find_chapter(chapter)] if chapter else [c for c in load_index() if not c.planned]
    works = [find_work(folder, here, answers_folder()) for here in named]
    found = [work for work in works if not work.empty]
    if not found:
        what = named[0].notebook if chapter else "any notebook"
        raise HandinError(
            f"there is nothing to hand in: in {folder}, {what} is not there or as it came, and no "
            "answer is stored. Work on it, save it, then try again"
        )
    return found


def _who(folder: Path, id: str | None, name: str | None) -> tuple[str, str]:
    """Return id and name: as given, as remembered, or asked for."""
    file = folder / _REMEMBERED
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
        before = {key: one_line(known.get(key, "")) for key in ("id", "name")}
    except (OSError, ValueError, AttributeError):
        before = {"id": "", "name": ""}
    if id is None and not before["id"] and sys.stdin.isatty():
        id = click.prompt("Your student id")
        name = name or click.prompt("Your name", default="", show_default=False)
    id = one_line(id if id is not None else before["id"])
    name = one_line(name if name is not None else before["name"])
    if not id:
        raise HandinError('say who you are: diydl handin --id 4017 --name "Ada Lovelace"')
    if {"id": id, "name": name} != before:
        write_atomically(file, json.dumps({"id": id, "name": name}, ensure_ascii=False))
    return id, name


def _target(out: Path | None, works: list[Work], id: str, one: bool) -> Path:
    """Return where to write; a file of another kind is never replaced."""
    what = f"{works[0].chapter.id}-" if one else ""
    standard = f"handin-{what}{file_names([id])[id]}.zip"
    target = Path(standard) if out is None else out / standard if out.is_dir() else out
    if target.exists() and not _is_handin(target):
        raise HandinError(f"{target} is there and is no handin zip; name another file with -o")
    return target


def _is_handin(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as parcel, parcel.open(NAME) as file:
            return parse_manifest(file.read(LARGEST)) is not None
    except (OSError, KeyError, zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError):
        return False
