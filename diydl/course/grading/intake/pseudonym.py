"""Pseudonyms for `--anonymous`, the same from run to run, and the key in a file apart."""

import csv
import io
import secrets
from collections.abc import Mapping
from pathlib import Path

from diydl.course.grading.intake.roster import RosterError
from diydl.storage import write_atomically

_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # none that look alike


def pseudonyms(names: Mapping[str, str], key: Path) -> dict[str, str]:
    """Return a pseudonym for each id (`names`: id to name); keep them in the file `key`.

    They are drawn by chance, so that nobody finds the id by trying; those that the file knows
    stay. Raises `RosterError` for a file of another kind.

    Examples
    --------
    >>> import tempfile
    >>> key = Path(tempfile.mkdtemp()) / "key.csv"
    >>> first = pseudonyms({"ada": "Ada Lovelace"}, key)
    >>> pseudonyms({"ada": "Ada Lovelace", "bob": ""}, key)["ada"] == first["ada"]
    True
    """
    known = _known(key)
    taken = {row["pseudonym"] for row in known.values()}
    for id in sorted(set(names) - set(known)):
        while (word := "".join(secrets.choice(_LETTERS) for _ in range(5))) in taken:
            pass
        taken.add(word)
        known[id] = {"pseudonym": word, "id": id, "name": names[id].lstrip("=+-@\t ")}
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, ["pseudonym", "id", "name"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(known[id] for id in sorted(known))
    content = text.getvalue()
    if not key.exists() or key.read_bytes() != content.encode():
        write_atomically(key, content)
    return {id: known[id]["pseudonym"] for id in names}


def _known(key: Path) -> dict[str, dict[str, str]]:
    if not key.exists():
        return {}
    try:
        rows = list(csv.DictReader(io.StringIO(key.read_text(encoding="utf-8"), newline="")))
        return {row["id"]: {k: row[k] or "" for k in ("pseudonym", "id", "name")} for row in rows}
    except (OSError, ValueError, KeyError, csv.Error) as error:
        raise RosterError(
            f"{key} is there and holds no pseudonyms; name another file with --key"
        ) from error
