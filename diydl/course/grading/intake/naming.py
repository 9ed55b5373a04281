"""Names for output files: safe on every system, and no two the same."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable

_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.I)  # on Windows
_LONGEST = 60


def file_names(ids: Iterable[str]) -> dict[str, str]:
    """Return a file name, without suffix, for each id.

    A plain id keeps its name. One with other letters, too long, reserved on Windows, or the same as
    another where case does not count gets some digits of its hash.

    Examples
    --------
    >>> file_names(["ada", "a/da", "Zoë"])
    {'ada': 'ada', 'a/da': 'a-da-0bee490a', 'Zoë': 'Zoe-c6a12698'}
    """
    ids = list(dict.fromkeys(ids))
    plain = {id: _plain(id) for id in ids}
    folded = [name.casefold() for name in plain.values()]
    return {
        id: name if name == id and folded.count(name.casefold()) == 1 else f"{name}-{_hash(id)}"
        for id, name in plain.items()
    }


def _plain(id: str) -> str:
    text = unicodedata.normalize("NFKD", id).encode("ascii", "ignore").decode()
    text = re.sub(r"[^A-Za-z0-9_.@+-]+", "-", text).strip("-.")[:_LONGEST].rstrip(".")
    return f"x-{text}".rstrip("-") if not text or _RESERVED.fullmatch(text) else text


def _hash(id: str) -> str:
    return hashlib.sha256(id.encode("utf-8", "replace")).hexdigest()[:8]
