"""Files of data sets: found in a folder of one's own, in the cache, or fetched and checked."""

import os
import warnings
from pathlib import Path

from diydl.data.files import FILES
from diydl.data.lock import locked

_seen_right = set()  # (path, size, time of change) of files whose checksum was right


class DataNotFoundError(FileNotFoundError):
    """A data set is neither here nor to be had; the message says how to bring it here.

    Examples
    --------
    >>> from diydl.data import load_mnist
    >>> try:  # doctest: +SKIP
    ...     train, test = load_mnist()
    ... except DataNotFoundError as error:
    ...     print(error)
    """


def fetch(name, *, cache=None, progress=True):
    """Return the path of a data set's file, whole and right.

    It is looked for in the folder that the variable ``DIYDL_DATA`` names, then in the cache of
    this user, then downloaded into the cache from its source. Wherever it stands, its SHA-256 is
    compared, once in a process. A file in the cache that is cut short or damaged is renamed
    (``NAME.corrupt-...``) and fetched again; one in ``DIYDL_DATA`` is never touched. A download
    that breaks off goes on where it was, now or in the next program; of two programs that want the
    same file one fetches it and the other waits.

    Parameters
    ----------
    name : str
        As in `known_files`, such as ``"text/names.txt"``.
    cache : path, optional
        Another folder for the cache.
    progress : bool
        Whether a download shows a bar.

    Raises
    ------
    DataNotFoundError
        If the file is not here and cannot be downloaded: the message says where to put it, which
        checksum it has and where it is to be had.
    ValueError
        For a name that is not known.

    Examples
    --------
    >>> fetch("text/nomes.txt")
    Traceback (most recent call last):
    ValueError: no file 'text/nomes.txt' is known; did you mean 'text/names.txt'?
    """
    file = _known(name)
    if path := own_file(name):
        if _is_right(path, file):
            return path
        warnings.warn(
            f"{path} is not the file that it should be (cut short, damaged or another one): it is "
            "left alone and not used",
            stacklevel=2,
        )
    path = cache_folder(cache).joinpath(*name.split("/"))
    if _is_right(path, file):
        return path
    with locked(path.with_name(path.name + ".lock")):
        if not _is_right(path, file):  # another process may have been quicker
            if path.exists():
                from diydl.data.download import set_aside

                kept = set_aside(path, path)
                warnings.warn(f"{path} was damaged: kept as {kept.name}", stacklevel=2)
            _download(file, path, progress)
    return path


def own_file(name):
    """Return the path of a file in the folder that ``DIYDL_DATA`` names, or None.

    Examples
    --------
    >>> own_file("no such file") is None
    True
    """
    own = os.environ.get("DIYDL_DATA")
    path = Path(own, *name.split("/")) if own else None
    return path if path and path.is_file() else None


def cache_folder(cache=None):
    """Return the folder in which this user's downloads are kept.

    Examples
    --------
    >>> cache_folder().name
    'diydl'
    """
    if cache is not None:
        return Path(cache).expanduser().resolve()
    import pooch

    return Path(pooch.os_cache("diydl"))


def known_files():
    """Return the names of all files that `fetch` knows, sorted.

    Examples
    --------
    >>> known_files()[-2:]
    ['text/names.txt', 'text/tinyshakespeare.txt']
    """
    return sorted(FILES)


def _known(name):
    if name in FILES:
        return FILES[name]
    import difflib

    near = difflib.get_close_matches(str(name), FILES, n=1)
    advice = f"did you mean {near[0]!r}?" if near else f"known are {known_files()}"
    raise ValueError(f"no file {name!r} is known; {advice}")


def _is_right(path, file):
    if not path.is_file():
        return False
    import pooch

    state = path.stat()
    if state.st_size != file.size:
        return False
    key = (str(path), state.st_size, state.st_mtime_ns, file.sha256)
    if key not in _seen_right:
        if pooch.file_hash(str(path), alg="sha256") != file.sha256:
            return False
        _seen_right.add(key)
    return True


def _download(file, path, progress):
    import pooch

    from diydl.data.download import DownloadError, Resume

    log = pooch.get_logger()
    level, faults = log.level, []
    log.setLevel("WARNING")  # the bar says it
    try:
        for url in file.urls:
            downloader = Resume(file, path.with_name(path.name + ".part"), progress=progress)
            try:
                pooch.retrieve(
                    url,
                    f"sha256:{file.sha256}",
                    fname=path.name,
                    path=path.parent,
                    downloader=downloader,
                )
                return
            except DownloadError as error:
                faults.append(f"{url}: {error}")
    finally:
        log.setLevel(level)
    raise DataNotFoundError(_advice(file, path, faults))


def _advice(file, path, faults):
    why = "\n           ".join(faults)
    return (
        f"the file {file.name} ({file.size:,} bytes) is not here and could not be fetched.\n"
        f"  why:     {why}\n"
        f"  put it:  {_from_home(path)}\n"
        "           or below a folder of your own that the variable DIYDL_DATA names, as\n"
        f"           {file.name}\n"
        f"  get it:  curl -L -o {path.name} {file.urls[0]}\n"
        f"  sha256:  {file.sha256}"
    )


def _from_home(path):
    """Return the path as it is written for everybody: with ~ in place of one's own folder."""
    home = Path.home()
    return Path("~", path.relative_to(home)) if path.is_relative_to(home) else path
