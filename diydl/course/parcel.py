"""A zip of answers: written with a list of what is in it, and read with suspicion.

``answers/00-relu.json`` for each record, ``answers/00-relu.py`` for reading, and ``manifest.json``
with the size and hash of each. Reading never unpacks to disk: bytes are checked in memory, within
bounds, and anything that is not such a file refuses the whole zip.
"""

import hashlib
import io
import json
import re
import stat
import time
import zipfile
import zlib
from pathlib import Path
from typing import Any

from diydl import __version__

FORMAT = "diydl-answers"
VERSION = 1
_MANIFEST = "manifest.json"
_NAME = re.compile(r"answers/\d\d-[A-Za-z0-9_-]{1,80}\.(json|py)")
_LARGEST = 8 * 2**20  # bytes of one file; a record keeps 50 cells
_ALL = 128 * 2**20  # bytes of all files
_MOST = 5000  # files
_LOWEST_TIME = (1980, 1, 1, 0, 0, 0)


class ParcelError(ValueError):
    """A zip of answers cannot be read; the message says why and what to do."""


def pack(files: dict[str, bytes]) -> bytes:
    """Return a zip of the files of an answers folder, by name, with its manifest.

    Examples
    --------
    >>> unpack(pack({"00-relu.json": b"{}"}))
    {'00-relu.json': b'{}'}
    """
    inside = {f"answers/{name}": content for name, content in sorted(files.items())}
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "diydl": __version__,
        "made": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "files": {
            name: {"bytes": len(content), "sha256": _hash(content)}
            for name, content in inside.items()
        },
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as parcel:
        text = json.dumps(manifest, indent=1).encode()
        for name, content in {_MANIFEST: text, **inside}.items():
            info = zipfile.ZipInfo(name, max(time.localtime()[:6], _LOWEST_TIME))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            parcel.writestr(info, content)
    return buffer.getvalue()


def unpack(content: bytes, name: str = "this file") -> dict[str, bytes]:
    """Return the files of a zip made by `pack`; `name` is what messages call it.

    Raises `ParcelError` for anything else: no zip, a damaged one, one of a newer diydl, names that
    lead elsewhere, links, sizes beyond reason, files that the manifest does not list.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parcel:
            infos = parcel.infolist()
            _check_names(infos, name)
            manifest = _manifest(parcel, name)
            files = {i.filename: _read(parcel, i, name) for i in infos if i.filename != _MANIFEST}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise ParcelError(
            f"{name} is no zip file, or a damaged one ({error}); export or copy it again"
        ) from error
    _check_hashes(files, manifest, name)
    return {path.removeprefix("answers/"): files[path] for path in sorted(files)}


def is_parcel(path: Path) -> bool:
    """Tell whether a file is a zip of answers, which may be replaced by a newer one.

    Examples
    --------
    >>> is_parcel(Path("no-such-file.zip"))
    False
    """
    try:
        with zipfile.ZipFile(path) as parcel:
            return _manifest(parcel, path.name)["format"] == FORMAT
    except (OSError, zipfile.BadZipFile, zlib.error, RuntimeError, ParcelError):
        return False


def _check_names(infos: list[zipfile.ZipInfo], name: str) -> None:
    seen = set()
    if len(infos) > _MOST or sum(info.file_size for info in infos) > _ALL:
        raise ParcelError(
            f"{name} would unpack to more than {_MOST} files or {_ALL >> 20} MiB, which no answers "
            "do; nothing was read"
        )
    for info in infos:
        path, mode = info.filename, info.external_attr >> 16
        if path.startswith("/") or re.search(r"\\|:|(^|/)\.\.(/|$)", path):
            raise ParcelError(f"{name} holds {path!r}, which leads out of the answers folder")
        if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            raise ParcelError(f"{name} holds {path!r}, which is a link or folder, not a plain file")
        if path.lower() in seen:
            raise ParcelError(f"{name} holds {path!r} twice")
        if path != _MANIFEST and not _NAME.fullmatch(path):
            raise ParcelError(
                f"{name} holds {path!r}, which is no answer; expected a zip as `diydl answers "
                "export` makes it, not unpacked and packed again"
            )
        seen.add(path.lower())


def _manifest(parcel: zipfile.ZipFile, name: str) -> dict[str, Any]:
    if _MANIFEST not in parcel.namelist():
        raise ParcelError(
            f"{name} has no {_MANIFEST}; expected a zip that `diydl answers export` made"
        )
    try:
        manifest = json.loads(_read(parcel, parcel.getinfo(_MANIFEST), name))
        known, version = manifest["format"] == FORMAT, manifest["version"]
        if not known or type(version) is not int or not isinstance(manifest["files"], dict):
            raise ValueError("of another form")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ParcelError(
            f"{name} has a {_MANIFEST} that cannot be read ({error}); expected a zip that `diydl "
            "answers export` made"
        ) from error
    if version > VERSION:
        raise ParcelError(
            f"{name} was made by a newer diydl ({manifest.get('diydl')}, format {version}; this "
            f"one reads {VERSION}): update diydl here, then import it again"
        )
    return manifest


def _read(parcel: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> bytes:
    """Read one file, no more of it than an answer can have, whatever its header says."""
    with parcel.open(info) as file:
        content = file.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise ParcelError(
            f"{info.filename} in {name} is larger than {_LARGEST >> 20} MiB; no answer is"
        )
    return content


def _check_hashes(files: dict[str, bytes], manifest: dict[str, Any], name: str) -> None:
    listed = manifest["files"]
    if set(listed) != set(files):
        odd = sorted(set(listed) ^ set(files))[0]
        what = "is missing from" if odd in listed else "is not in the manifest of"
        raise ParcelError(f"{odd} {what} {name}; export it again")
    for path, content in files.items():
        entry = listed[path]
        if not isinstance(entry, dict) or entry.get("sha256") != _hash(content):
            raise ParcelError(f"{path} in {name} is not what was exported; export it again")


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
