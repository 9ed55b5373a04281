"""Downloads that go on where they broke off, from servers that cut, stall or send rubbish.

What has arrived stands in ``NAME.part``, also after the program has ended. A server is asked for
what is missing (the header Range); one that ignores the question and sends everything is taken at
its word. Nothing is believed before its size and SHA-256 are right.
"""

import logging
import time
from pathlib import Path

TRIES = 4  # in a row without a new byte
UNREACHED = 2  # tries to reach the server at all: without a network, one need not wait long
TIMEOUT = (10, 30)  # seconds until a connection, and between two bytes
CHUNK = 1 << 14  # bytes; of a server that falls silent we lose fewer
PAUSE = 0.5  # seconds before the second try, twice as long before each further one
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})  # errors that may be gone in a moment

log = logging.getLogger(__name__)


class DownloadError(OSError):
    """A server did not give the file; the message says what it did."""


class Resume:
    """A downloader for `pooch.retrieve` that fills ``NAME.part`` until the file is whole.

    Parameters
    ----------
    file : RemoteFile
        What is wanted; its size and checksum.
    part : Path
        Where it grows.
    progress : bool
        Whether a bar is shown.
    timeout : (float, float)
        Seconds to wait for a connection, and for the next bytes.
    pause : float
        Seconds before the second try.

    Examples
    --------
    >>> from diydl.data.files import FILES
    >>> Resume(FILES["text/names.txt"], Path("names.txt.part")).missing()
    228145
    """

    def __init__(self, file, part, *, progress=True, timeout=None, pause=None):
        self.file, self.part = file, Path(part)
        self.progress, self.timeout = progress, timeout or TIMEOUT
        self.pause = PAUSE if pause is None else pause

    def __call__(self, url, output_file, pooch):
        """Fetch `url` into the path `output_file`, as pooch asks its downloaders to."""
        fresh = not self._have()
        self._fill(url)
        if not self._right():
            if fresh:  # the bytes changed on their way, once
                self._set_aside()
            self.part.unlink(missing_ok=True)  # or they belong to an older file: begin anew
            self._fill(url)
        if not self._right():
            size, sha256 = self._have(), _sha256(self.part)
            raise DownloadError(
                f"{size:,} bytes with the SHA-256 {sha256} came, twice, where {self.file.size:,} "
                f"bytes with {self.file.sha256} belong; they are kept as {self._set_aside().name}"
            )
        Path(output_file).unlink(missing_ok=True)
        self.part.replace(output_file)

    def missing(self):
        """Return the number of bytes that are still to come."""
        return self.file.size - self._have()

    def _have(self):
        return self.part.stat().st_size if self.part.exists() else 0

    def _right(self):
        return not self.missing() and _sha256(self.part) == self.file.sha256

    def _set_aside(self):
        return set_aside(self.part, self.part.with_suffix(""))

    def _fill(self, url):
        """Ask until nothing is missing, or until nothing new comes."""
        tries, pause, most = 0, self.pause, self._have()
        while self.missing() > 0:
            try:
                self._receive(url)
                fault, limit = (
                    f"the server sends {self._have():,} bytes of {self.file.size:,}",
                    TRIES,
                )
            except _passing_errors() as error:
                fault, limit = _said(error), UNREACHED if _unreached(error) else TRIES
            if self._have() > most:
                tries, pause, most = 0, self.pause, self._have()
                continue
            tries += 1
            if tries >= limit:
                raise DownloadError(fault)
            log.info("%s: %s; asking again", url, fault)
            time.sleep(pause)
            pause *= 2

    def _receive(self, url):
        """Ask for what is missing, and append what comes."""
        import requests

        have = self._have()
        headers = {"Accept-Encoding": "identity"}  # the file's own bytes, not unpacked ones
        if have:
            headers["Range"] = f"bytes={have}-"
        with requests.get(url, headers=headers, stream=True, timeout=self.timeout) as answer:
            if answer.status_code == 416:  # what we have is not the beginning of that file
                self.part.unlink()
                raise _PassingError(f"the server has no byte number {have:,}")
            if answer.status_code in PASSING:
                raise _PassingError(f"the server answers {answer.status_code} {answer.reason}")
            if not answer.ok:
                raise DownloadError(f"the server answers {answer.status_code} {answer.reason}")
            if answer.status_code != 206:
                have = 0  # it sends the whole file
            elif not answer.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
                self.part.unlink()  # another piece than the one we asked for
                return
            self._write(answer, "ab" if have else "wb", have)

    def _write(self, answer, mode, have):
        from tqdm.auto import tqdm

        bar = tqdm(
            total=self.file.size,
            initial=have,
            desc=self.file.name,
            unit="B",
            unit_scale=True,
            disable=not self.progress,
            leave=False,
        )
        with bar, self.part.open(mode) as file:
            for chunk in answer.raw.stream(CHUNK, decode_content=False):
                file.write(chunk)
                have += len(chunk)
                bar.update(len(chunk))
                if have > self.file.size:  # endless, perhaps
                    return


class _PassingError(Exception):
    pass


def _passing_errors():
    import requests
    import urllib3

    return (_PassingError, requests.RequestException, urllib3.exceptions.HTTPError)


def _said(error):
    import requests
    import urllib3

    if isinstance(error, (requests.Timeout, urllib3.exceptions.TimeoutError)):
        return f"the server falls silent ({type(error).__name__})"
    if _unreached(error):
        cause = error.args[0] if error.args else error
        return f"no connection ({getattr(cause, 'reason', cause)})"
    return str(error)


def _unreached(error):
    import requests

    broken = isinstance(error, requests.exceptions.ChunkedEncodingError)
    return isinstance(error, requests.ConnectionError) and not broken


def _sha256(path):
    import pooch

    return pooch.file_hash(str(path), alg="sha256")


def set_aside(path, name):
    """Rename a wrong file to ``NAME.corrupt-`` and part of its checksum; return the new path.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "names.txt"
    >>> _ = path.write_text("not names")
    >>> set_aside(path, path).name
    'names.txt.corrupt-fccb8924'
    """
    kept = name.with_name(f"{name.name}.corrupt-{_sha256(path)[:8]}")
    return path.replace(kept)
