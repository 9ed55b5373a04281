"""Gradescope's list of an export, `submission_metadata.yml`: who handed in which folder, and when.

A group hands in one folder; each of its members gets it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from diydl.course.grading.intake.found import FileFault, Found
from diydl.course.grading.intake.layouts import Place, parse_time, submission_folder

_LARGEST = 64 * 2**20  # bytes: earlier results travel in the list


@dataclass(frozen=True)
class Member:
    """One who handed in: the student id, else the mail address, else the folder's name."""

    id: str
    name: str
    time: datetime | None


def read_metadata(found: Found) -> dict[str, list[Member]]:
    """Return for each folder of an export who handed it in; raises `FileFault`.

    Examples
    --------
    >>> text = b\"\"\"---
    ... submission_7:
    ...   :submitters:
    ...   - :name: Ada Lovelace
    ...     :sid: '4017'
    ...     :email: ada@example.org
    ...   :created_at: 2026-11-20 18:00:00.109082000 Z
    ... \"\"\"
    >>> found = Found(("submission_metadata.yml",), "", _read=lambda size: text)
    >>> [member.id for member in read_metadata(found)["submission_7"]]
    ['4017']
    """
    import yaml

    try:
        data = yaml.load(found.read(_LARGEST), Loader=_loader())  # noqa: S506  builds plain data only
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise FileFault(f"{found.where} cannot be read: {str(error).splitlines()[0]}") from error
    if not isinstance(data, dict):
        raise FileFault(f"{found.where} is no list of submissions")
    return {str(folder): _members(str(folder), about) for folder, about in data.items()}


def places(found: Found, members: dict[str, list[Member]]) -> list[Place]:
    """Return whose file it is: a place for each member of the group that handed it in."""
    at = submission_folder(found)
    if at is None:
        return []
    k, folder = at
    order = (int("".join(filter(str.isdigit, folder)) or 0),)
    rest = found.parts[k + 1 :]
    listed = members.get(folder) or [Member(folder, "", None)]
    return [Place(m.id, m.name, "", order, rest, m.time, downloaded=True) for m in listed]


def _members(folder: str, about: Any) -> list[Member]:
    about = about if isinstance(about, dict) else {}
    time = _time(about.get(":created_at"))
    found = []
    for person in about.get(":submitters") or []:
        if isinstance(person, dict):
            keys = (":sid", ":email", ":name")
            id = next((str(person[key]) for key in keys if person.get(key)), folder)
            found.append(Member(id, str(person.get(":name") or ""), time))
    return found or [Member(folder, "", time)]


def _time(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if value is None or isinstance(value, date):
        return None
    return parse_time(str(value), UTC)


def _loader() -> type:
    """Return a loader of plain data to which Ruby's own types are plain data too."""
    import yaml

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        pass

    def plain(loader, _, node):
        if isinstance(node, yaml.MappingNode):
            return loader.construct_mapping(node, deep=True)
        if isinstance(node, yaml.SequenceNode):
            return loader.construct_sequence(node, deep=True)
        return loader.construct_scalar(node)

    Loader.add_multi_constructor("!", plain)
    Loader.add_multi_constructor("tag:", plain)
    return Loader
