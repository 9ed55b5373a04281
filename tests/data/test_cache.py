"""Files are fetched whole and right, from servers that cut, corrupt, stall, lie or are gone."""

import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from diydl.data import cache, download, lock
from diydl.data.cache import DataNotFoundError, cache_folder, known_files
from diydl.data.files import FILES, RemoteFile
from tests.data.broken_server import broken_server

CONTENT = np.random.default_rng(0).bytes(300_000)
NAME = "test/file.bin"
ROOT = Path(__file__).parents[2]


def entry(*urls, content=CONTENT):
    return RemoteFile(NAME, len(content), hashlib.sha256(content).hexdigest(), urls)


@pytest.fixture
def get(tmp_path, monkeypatch):
    """Fetch the file from servers into a cache of its own, quickly."""
    monkeypatch.delenv("DIYDL_DATA", raising=False)
    monkeypatch.setattr(download, "TIMEOUT", (1, 0.3))
    monkeypatch.setattr(download, "PAUSE", 0.01)

    def run(*servers, urls=()):
        monkeypatch.setitem(FILES, NAME, entry(*(s.url for s in servers), *urls))
        return cache.fetch(NAME, cache=tmp_path, progress=False)

    run.folder = tmp_path / "test"
    return run


def names(folder):
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock")


CASES = {  # what the server does, one word a request: where each request began
    "all is well": (["whole"], [0]),
    "cut once": (["cut:100000"], [0, 100_000]),
    "cut again and again": (["cut:50000"] * 5, [0, 50_000, 100_000, 150_000, 200_000, 250_000]),
    "cut before the first byte": (["cut:0", "cut:0"], [0, 0, 0]),
    "cut, then a server that ignores Range": (["cut:100000", "ignore"], [0, 100_000]),
    "cut, then another piece than asked for": (["cut:100000", "wrong"], [0, 100_000, 0]),
    "cut, then 416": (["cut:100000", "status:416"], [0, 100_000, 0]),
    "stalled": (["stall:65536"], [0, 65_536]),
    "stalled before the first byte": (["stall:0"], [0, 0]),
    "corrupt once": (["corrupt"], [0, 0]),
    "cut, then corrupt": (["cut:100000", "corrupt"], [0, 100_000, 0]),
    "too long once": (["long:10"], [0, 0]),
    "cut short once": (["short:1000"], [0, 299_000]),
    "503 twice": (["status:503", "status:503"], [0, 0, 0]),
    "429": (["status:429"], [0, 0]),
    "cut, 503, cut": (["cut:1000", "status:503", "cut:1000"], [0, 1000, 1000, 2000]),
    "called gzip": (["packed"], [0]),
}


@pytest.mark.parametrize("case", CASES)
def test_the_file_arrives(get, case):
    script, starts = CASES[case]
    with broken_server(CONTENT, *script) as server:
        path = get(server)
    assert path.read_bytes() == CONTENT
    assert [start for _, start in server.requests] == starts
    kept = [name for name in names(get.folder) if name != "file.bin"]
    assert len(kept) == (case in ("corrupt once", "too long once", "cut, then corrupt"))
    assert all(name.startswith("file.bin.corrupt-") for name in kept)


FAILURES = {
    "gone": (["status:404"], 1, "answers 404 Not Found"),
    "forbidden": (["status:403"], 1, "answers 403"),
    "always busy": (["status:503"] * 9, 4, "answers 503 Service Unavailable"),
    "always silent": (["stall:0"] * 9, 4, "falls silent"),
    "always cut before the first byte": (["cut:0"] * 9, 4, "0 bytes read|IncompleteRead"),
    "another file": (["corrupt"] * 9, 2, "300,000 bytes with the SHA-256 [0-9a-f]{64} came, twice"),
    "a longer file": (["long:5"] * 9, 2, "bytes with the SHA-256 [0-9a-f]{64} came, twice"),
    "a shorter file": (
        ["short:1000"] * 20,
        None,
        "no byte number 299,000|sends 299,000 bytes",
    ),
}


@pytest.mark.parametrize("case", FAILURES)
def test_what_cannot_be_had_is_an_error_that_says_what_to_do(get, case):
    script, count, reason = FAILURES[case]
    with broken_server(CONTENT, *script) as server, pytest.raises(DataNotFoundError) as caught:
        get(server)
    message = str(caught.value)
    assert count is None or len(server.requests) == count
    assert len(server.requests) < 12
    for part in (
        "test/file.bin (300,000 bytes) is not here",
        str(get.folder / "file.bin"),
        "DIYDL_DATA",
        hashlib.sha256(CONTENT).hexdigest(),
        f"curl -L -o file.bin {server.url}",
    ):
        assert part in message
    assert re.search(reason, message), message
    assert not (get.folder / "file.bin").exists()


def test_the_error_does_not_name_whoever_runs_it(get, monkeypatch):
    """A page with such an error may be published, and reads the same everywhere."""
    monkeypatch.setattr(Path, "home", lambda: get.folder.parent)
    with broken_server(CONTENT, "status:404") as server, pytest.raises(DataNotFoundError) as caught:
        get(server)
    assert f"put it:  {Path('~', get.folder.name, 'file.bin')}\n" in str(caught.value)
    assert str(get.folder) not in str(caught.value)


def test_without_a_network(get):
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    with pytest.raises(DataNotFoundError, match="no connection"):
        get(urls=[f"http://127.0.0.1:{port}/file.bin"])
    with pytest.raises(DataNotFoundError, match="tests run without a network"):
        get(urls=["http://example.org/file.bin"])


def test_the_next_address_is_tried_and_goes_on_from_what_is_there(get):
    with (
        broken_server(CONTENT, "cut:100000", *["status:503"] * 4) as first,
        broken_server(CONTENT) as second,
    ):
        assert get(first, second).read_bytes() == CONTENT
    assert second.requests == [("whole", 100_000)]


def test_what_is_in_the_cache_is_not_fetched_again(get):
    with broken_server(CONTENT) as server:
        first, second = get(server), get(server)
    assert first == second
    assert len(server.requests) == 1


@pytest.mark.parametrize("damage", ["truncated", "one bit", "empty"])
def test_a_damaged_file_is_kept_aside_and_fetched_again(get, damage):
    with broken_server(CONTENT) as server:
        path = get(server)
        wrong = {
            "truncated": CONTENT[:1000],
            "one bit": CONTENT[:-1] + bytes([CONTENT[-1] ^ 1]),
            "empty": b"",
        }[damage]
        path.write_bytes(wrong)
        os.utime(path, (1, 1))
        with pytest.warns(UserWarning, match="was damaged: kept as file.bin.corrupt-"):
            assert get(server).read_bytes() == CONTENT
    (kept,) = [name for name in names(get.folder) if ".corrupt-" in name]
    assert (get.folder / kept).read_bytes() == wrong


def test_a_half_file_of_something_else_does_no_harm(get):
    get.folder.mkdir()
    (get.folder / "file.bin.part").write_bytes(b"y" * 5000)
    with broken_server(CONTENT) as server:
        assert get(server).read_bytes() == CONTENT
    assert [start for _, start in server.requests] == [5000, 0]


def test_a_half_file_that_is_too_long_does_no_harm(get):
    get.folder.mkdir()
    (get.folder / "file.bin.part").write_bytes(b"y" * 400_000)
    with broken_server(CONTENT) as server:
        assert get(server).read_bytes() == CONTENT


def test_a_folder_of_ones_own_comes_first_and_is_never_written(get, tmp_path, monkeypatch):
    own = tmp_path / "own"
    (own / "test").mkdir(parents=True)
    (own / "test" / "file.bin").write_bytes(CONTENT)
    monkeypatch.setenv("DIYDL_DATA", str(own))
    with broken_server(CONTENT) as server:
        assert get(server) == own / "test" / "file.bin"
        assert not server.requests
        (own / "test" / "file.bin").write_bytes(CONTENT[:-1])
        with pytest.warns(UserWarning, match="left alone and not used"):
            assert get(server) == get.folder / "file.bin"
    assert names(own / "test") == ["file.bin"]
    assert (own / "test" / "file.bin").read_bytes() == CONTENT[:-1]


def test_a_full_disk_is_said_and_not_tried_again(get, monkeypatch):
    def full(self, *_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(download.Resume, "_write", full)
    with broken_server(CONTENT) as server, pytest.raises(OSError, match="No space left"):
        get(server)
    assert len(server.requests) == 1


def test_the_log_level_of_pooch_is_given_back(get):
    import pooch

    before = pooch.get_logger().level
    with broken_server(CONTENT) as server:
        get(server)
    assert pooch.get_logger().level == before


CHILD = """
import sys
from diydl.data import cache, download
from diydl.data.files import FILES, RemoteFile
name, size, sha256, url, folder = sys.argv[1:]
FILES[name] = RemoteFile(name, int(size), sha256, (url,))
print(cache.fetch(name, cache=folder, progress=False))
"""


def child(server, folder):
    file = entry(server.url)
    arguments = [file.name, str(file.size), file.sha256, server.url, str(folder)]
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, *arguments],
        cwd=ROOT,
        env={k: v for k, v in os.environ.items() if k != "DIYDL_DATA"},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_of_two_processes_one_fetches_and_the_other_waits(tmp_path):
    with broken_server(CONTENT, "slow:20000", "slow:20000") as server:
        children = [child(server, tmp_path) for _ in range(2)]
        found = [c.communicate(timeout=60)[0].strip() for c in children]
    assert found == [str(tmp_path / "test" / "file.bin")] * 2
    assert len(server.requests) == 1
    assert Path(found[0]).read_bytes() == CONTENT


def test_a_killed_download_goes_on_in_the_next_process(tmp_path, get):
    part = tmp_path / "test" / "file.bin.part"
    with broken_server(CONTENT, "slow:66000") as server:
        first = child(server, tmp_path)
        until = time.monotonic() + 30
        while not (part.exists() and part.stat().st_size > 60_000) and time.monotonic() < until:
            time.sleep(0.01)
        first.send_signal(signal.SIGKILL if os.name != "nt" else signal.SIGTERM)
        first.communicate(timeout=30)
        assert get(server).read_bytes() == CONTENT
    assert len(server.requests) == 2
    assert server.requests[1][1] > 60_000


def test_a_lock_is_held_by_one_at_a_time(tmp_path):
    import threading

    inside, most = [], []

    def hold():
        with lock.locked(tmp_path / "a.lock"):
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.02)
            inside.pop()

    threads = [threading.Thread(target=hold) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1, 1, 1, 1]


@pytest.mark.parametrize("name", known_files())
def test_every_file_has_what_a_download_needs(name):
    file = FILES[name]
    assert file.name == name
    assert file.size > 0
    assert len(bytes.fromhex(file.sha256)) == 32
    assert file.urls
    assert all(
        url.startswith(("https://", "http://fashion-mnist.s3-website.")) for url in file.urls
    )


@pytest.mark.data
@pytest.mark.parametrize("name", [n for n in known_files() if "cifar" not in n])
def test_the_checksums_are_those_of_the_real_files(name, tmp_path):
    assert cache.fetch(name, cache=tmp_path).is_relative_to(os.environ["DIYDL_DATA"])


def test_the_cache_is_the_users():
    assert cache_folder() != cache_folder("~/elsewhere")
    assert cache_folder("~/elsewhere") == Path.home() / "elsewhere"
