"""Whose file is it? The layouts in which learning platforms hand out what was handed in.

Each layout turns the path of a file below what was searched into a `Place`. The names are those of
Canvas's "Download Submissions", Moodle's "Download all submissions" (with and without folders),
Gradescope's "Export Submissions", nbgrader's `submitted/` and exchange, or any other by a regular
expression with named groups. Without a platform, the first folder or the name of the file tells.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from diydl.course.grading.intake.found import Found

NAMES = ("canvas", "moodle", "gradescope", "nbgrader", "plain")

# sortable name, LATE, user (or anonymous) id, id of the file, its name. Ids grow with time.
_CANVAS = re.compile(
    r"(?:(?P<name>(?!LATE_).+?)_)?(?P<late>LATE_)?(?:anon_(?P<anon>[A-Za-z0-9]{4,8})|(?P<id>\d+))"
    r"_(?P<file>\d+)_(?P<rest>.+)"
)
_MOODLE = re.compile(
    r"(?:(?P<name>.+?)_)?(?P<id>\d+)_assignsubmission_(?P<kind>[a-z]+)(?:_(?P<rest>.*))?"
)
_EXCHANGE = re.compile(r"(?P<id>.+)\+(?P<assignment>[^+]+)\+(?P<time>\d{4}-\d\d-\d\d \d\d:.+)")
_AGAIN = re.compile(r"-\d{1,3}(?=\.[A-Za-z0-9.]+$)")
_GRADESCOPE = re.compile(r"(?:submission_)?\d+|submission_\w+")


class LayoutError(ValueError):
    """The layout asked for cannot be used; the message says what to write instead."""


@dataclass(frozen=True)
class Place:
    """Where a file belongs.

    Parameters
    ----------
    id, name
        The learner, as the platform knows them.
    item
        What was handed in together has one item; two items of one learner need an order.
    order
        Grows with each attempt; None where the layout knows no attempts.
    rest
        The path within what the learner handed in.
    time, late
        When it was handed in and whether it was late, where the platform tells.
    downloaded
        Whether files bear the time of a download, which says nothing.
    """

    id: str
    name: str = ""
    item: str = ""
    order: tuple | None = None
    rest: tuple[str, ...] = ()
    time: datetime | None = None
    late: bool | None = None
    downloaded: bool = False


Layout = Callable[[Found], Place | None]


def canvas(found: Found) -> Place | None:
    """Read a name that Canvas gave: ``lovelaceada_LATE_4017_982731_03_tape-1.ipynb``.

    Examples
    --------
    >>> place = canvas(Found(("lovelaceada_LATE_4017_982731_03_tape-1.ipynb",), ""))
    >>> place.id, place.name, place.item, place.order, place.late
    ('4017', 'lovelaceada', '03_tape.ipynb', (982731,), True)
    """
    for k, part in enumerate(found.parts):
        match = _CANVAS.fullmatch(part)
        if match:
            rest = (match["rest"], *found.parts[k + 1 :])
            item = _AGAIN.sub("", match["rest"]).casefold()
            return Place(
                match["id"] or f"anon_{match['anon']}",
                match["name"] or "",
                item,
                (int(match["file"]),),
                rest,
                late=bool(match["late"]),
                downloaded=True,
            )
    return None


def moodle(found: Found) -> Place | None:
    """Read a folder or name that Moodle gave: ``Ada Lovelace_4017_assignsubmission_file_``.

    Examples
    --------
    >>> place = moodle(Found(("Ada Lovelace_4017_assignsubmission_file_", "03_tape.ipynb"), ""))
    >>> place.id, place.name, place.rest
    ('4017', 'Ada Lovelace', ('03_tape.ipynb',))
    >>> moodle(Found(("Ada Lovelace_4017_assignsubmission_file_my tape.ipynb",), "")).rest
    ('my tape.ipynb',)
    """
    for k, part in enumerate(found.parts):
        match = _MOODLE.fullmatch(part)
        if match:
            rest = (*filter(None, [match["rest"]]), *found.parts[k + 1 :])
            return Place(match["id"], match["name"] or "", rest=rest, downloaded=True)
    return None


def nbgrader(found: Found) -> Place | None:
    """Read ``submitted/ada/ps1/03_tape.ipynb``, or the exchange's ``ada+ps1+2026-11-20 ... UTC``.

    Examples
    --------
    >>> nbgrader(Found(("submitted", "ada", "ps1", "03_tape.ipynb"), "")).id
    'ada'
    >>> place = nbgrader(Found(("ada+ps1+2026-11-20 18:00:00 UTC", "03_tape.ipynb"), ""))
    >>> place.id, place.item, str(place.time)
    ('ada', 'ps1', '2026-11-20 18:00:00+00:00')
    """
    parts = found.parts
    for k, part in enumerate(parts[:-1]):
        match = _EXCHANGE.fullmatch(part)
        if match:
            text = match["time"].split("+")[0]  # a random word may follow, against guessing
            time = parse_time(text, UTC)
            rest = parts[k + 1 :]
            return Place(match["id"], item=match["assignment"], order=(text,), rest=rest, time=time)
    if "submitted" in parts[:-2]:
        parts = parts[parts.index("submitted") + 1 :]
    if len(parts) < 3:
        return None
    return Place(parts[0], item=parts[1], rest=parts[2:])


def by_regex(pattern: str, zone: tzinfo = UTC) -> Layout:
    r"""Return the layout of a regular expression with a group `id`, perhaps `time` and `attempt`.

    It is searched for in the path below what was named, with ``/`` between folders.

    Raises `LayoutError` for one that is no regular expression or has no such group.

    Examples
    --------
    >>> layout = by_regex(r"(?P<id>u\d+)_attempt_(?P<time>[\d-]+)_")
    >>> place = layout(Found(("hw3_u42_attempt_2026-11-20-18-00-00_tape.ipynb",), ""))
    >>> place.id, str(place.time)
    ('u42', '2026-11-20 18:00:00+00:00')
    """
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise LayoutError(f"{pattern!r} is no regular expression: {error}") from error
    if "id" not in compiled.groupindex:
        raise LayoutError(
            f"--ids {pattern}: expected one of {', '.join(NAMES)}, or a regular expression with a "
            r"group for the learner, such as '(?P<id>[^/]+)/' (also understood: time, attempt)"
        )

    def layout(found: Found) -> Place | None:
        match = compiled.search("/".join(found.parts))
        groups = {k: v for k, v in (match.groupdict() if match else {}).items() if v}
        if "id" not in groups:
            return None
        time = parse_time(groups.get("time", ""), zone)
        attempt = groups.get("attempt", "")
        number = int(attempt) if attempt.isdecimal() else 0
        order = (number, attempt, str(time or "")) if attempt or time else None
        item = "" if order else (found.parts[0] if len(found.parts) > 1 else "/".join(found.parts))
        return Place(groups["id"], groups.get("name", ""), item, order, (found.name,), time)

    return layout


def recognised(files: Sequence[Found]) -> str:
    """Return the layout that the names of some files speak for, "plain" where none does.

    Examples
    --------
    >>> recognised([Found(("lovelaceada_4017_982731_tape.ipynb",), "")])
    'canvas'
    >>> recognised([Found(("ada_2026_11_tape.ipynb",), "")])
    'plain'
    """
    folders = {part for found in files for part in found.parts}
    if any(found.name == "submission_metadata.yml" for found in files):
        return "gradescope"
    if any("_assignsubmission_" in part for part in folders):
        return "moodle"
    if any(found.name == "timestamp.txt" for found in files) or any(
        _EXCHANGE.fullmatch(part) for part in folders
    ):
        return "nbgrader"
    if any("submitted" in found.parts[:-2] for found in files):
        return "nbgrader"
    works = [found for found in files if is_work(found.name)]
    if works and all(any(map(_surely_canvas, found.parts)) for found in works):
        return "canvas"
    return "plain"


def is_work(name: str) -> bool:
    """Tell whether a name is that of a notebook or of a zip.

    Examples
    --------
    >>> is_work("ada.IPYNB"), is_work("ada.ipynb.txt"), is_work("ada.pdf")
    (True, True, False)
    """
    return is_notebook(name) or name.lower().endswith(".zip")


def is_notebook(name: str) -> bool:
    """Tell whether a name is a notebook's; some browsers add ``.json`` or ``.txt`` to it.

    Examples
    --------
    >>> is_notebook("ada.ipynb.json")
    True
    """
    return bool(re.search(r"\.ipynb(\.json|\.txt)?$", name, re.I))


def parse_time(text: str, zone: tzinfo | None) -> datetime | None:
    """Read a time as platforms write them; `zone` is meant where the text names none.

    Examples
    --------
    >>> str(parse_time("2026-11-20 18:00:00.123456 UTC", None))
    '2026-11-20 18:00:00.123456+00:00'
    >>> parse_time("yesterday", None) is None
    True
    """
    text = re.sub(r"\s*(\bUTC|Z)$", "+00:00", text.strip())
    text = re.sub(r"(?<=\d) ([+-]\d\d:?\d\d)$", r"\1", text)
    forms = ["%Y-%m-%d-%H-%M-%S", "%A, %d %B %Y, %I:%M %p", "%A, %d %B %Y, %H:%M"]
    for read in (datetime.fromisoformat, *(_by_form(form) for form in forms)):
        try:
            time = read(text)
        except ValueError:
            continue
        return time if time.tzinfo or zone is None else time.replace(tzinfo=zone)
    return None


def stem(name: str) -> str:
    """Return a name without the endings of notebooks and zips.

    Examples
    --------
    >>> stem("ada.ipynb.txt"), stem("handin.zip")
    ('ada', 'handin')
    """
    return re.sub(r"(\.ipynb(\.json|\.txt)?|\.zip)$", "", name, flags=re.I)


def submission_folder(found: Found) -> tuple[int, str] | None:
    """Find Gradescope's folder in a path: its place and its name (``submission_1234``)."""
    for k, part in enumerate(found.parts[:-1]):
        if _GRADESCOPE.fullmatch(part):
            return k, part
    return None


def others(files: Iterable[Found], layout: Layout) -> list[Found]:
    """Return the notebooks and zips whose names a layout cannot read."""
    return [f for f in files if is_work(f.name) and layout(f) is None]


def _by_form(form: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, form)  # noqa: DTZ007  its zone is asked for later


def _surely_canvas(part: str) -> bool:
    match = _CANVAS.fullmatch(part)
    return (
        bool(match) and (bool(match["anon"]) or len(match["id"]) >= 2) and len(match["file"]) >= 4
    )
