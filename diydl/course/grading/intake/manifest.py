"""The list in a zip that `diydl handin` made: who hands in what. A claim, nothing more.

It names the learner where no platform does. Scores never depend on it.
"""

import json
import re
from dataclasses import dataclass

FORMAT = "diydl-handin"
VERSION = 1
NAME = "manifest.json"
LARGEST = 2**20  # bytes


@dataclass(frozen=True)
class Manifest:
    """Who made the zip, with which diydl, and when by their own clock."""

    id: str
    name: str = ""
    made: str = ""
    diydl: str = ""


def parse_manifest(content: bytes) -> Manifest | None:
    """Read a manifest; None for any other JSON file.

    Examples
    --------
    >>> parse_manifest(b'{"format": "diydl-handin", "version": 1, "id": "ada"}').id
    'ada'
    >>> parse_manifest(b"[]") is None
    True
    """
    try:
        data = json.loads(content)
        if data["format"] != FORMAT or not str(data["id"]).strip():
            return None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    told = {key: one_line(data.get(key, "")) for key in ("id", "name", "made", "diydl")}
    return Manifest(**told)


def one_line(text: object, most: int = 120) -> str:
    """Return a text without line breaks and control characters, cut to `most` characters.

    Examples
    --------
    >>> one_line("Ada\\nLovelace ")
    'Ada Lovelace'
    """
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", str(text)).strip()[:most]
