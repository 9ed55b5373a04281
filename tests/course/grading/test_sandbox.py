import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from diydl.course.grading import sandbox
from diydl.course.grading.jail import kernel, view
from diydl.course.grading.sandbox import Jail, MemoryWatch, SandboxError, choose, end
from diydl.course.grading.watch import from_ps, resident_mb

PROBE = Path(__file__).with_name("jail_probe.py")
ROOT = Path(__file__).parents[3]
linux = pytest.mark.skipif(sys.platform != "linux", reason="namespaces and Landlock are Linux's")


def works(flavour: str) -> str:
    if sys.platform != "linux":
        return "not Linux"
    if flavour == "root" and os.geteuid() != 0:
        return "not root"
    return sandbox._problem(Jail({"ordinary": "user"}.get(flavour, flavour)))


def as_ordinary_user(argv: list[str], folder, show=()) -> list[str]:
    """As root: become nobody, in a view of this machine that nobody can read."""
    if os.geteuid() != 0:
        return argv
    spec = Jail("root").spec(folder=folder, show=[ROOT, *show])
    spec |= {"filter": False, "hide": [], "uid": 65534}
    return [sys.executable, "-I", "-S", str(sandbox._LAUNCHER), json.dumps(spec), *argv]


def run(jail: Jail, argv: list[str], folder) -> subprocess.CompletedProcess:
    return run_plainly(jail.command(argv, folder=folder, show=[PROBE]))


def run_plainly(argv: list[str], **environment) -> subprocess.CompletedProcess:
    environment |= {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        argv,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        env=environment,
    )


@pytest.fixture
def folder():
    with tempfile.TemporaryDirectory(prefix="jail-") as path:
        Path(path).chmod(0o755)
        yield path


@pytest.fixture(scope="module")
def probed():
    """What the probe found in each jail, one process each."""
    found = {}

    def probe(flavour: str) -> dict:
        if flavour not in found:
            problem = works(flavour)
            if problem:
                pytest.skip(f"{flavour}: {problem}")
            found[flavour] = _probe(flavour)
        return found[flavour]

    return probe


def _probe(flavour: str) -> dict:
    with contextlib.ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jail-")))
        place.chmod(0o755)
        (place / "secret").write_text("expected values")
        (place / "run").mkdir()
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        abstract = f"\0diydl-{os.getpid()}"
        unix = stack.enter_context(socket.socket(socket.AF_UNIX))
        unix.bind(abstract)
        unix.listen()
        given = {
            "grading": str(Path(sandbox.__file__).parent),
            "secret": str(place / "secret"),
            "checks": str(view.CHECKS / "ch03_tape" / "sum_to.py"),
            "solutions": str(ROOT / "solutions" / "03_tape.py"),
            "library": str(view.PACKAGE / "exercise.py"),
            "port": server.getsockname()[1],
            "abstract": abstract,
            "grader": os.getpid(),
        }
        argv = [sys.executable, str(PROBE), json.dumps(given)]
        if flavour == "ordinary":
            argv = Jail("user").command(argv, folder=place / "run", show=[PROBE])
            done = run_plainly(
                as_ordinary_user(argv, str(Path(tempfile.gettempdir(), "outer")), [place])
            )
        else:
            done = run(Jail(flavour), argv, place / "run")
        assert done.returncode == 7, done.stderr
        return json.loads(done.stdout) | {"left": _still_running(str(place))}


def jail_code(number: int) -> int:
    """How a death by signal comes out: through the outer half, or by itself where there is none."""
    return -number if choose().flavour == "none" else 128 + number


def _still_running(word: str) -> list[int]:
    """Processes whose command line names a path, after half a second to end in."""
    for _ in range(10):
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if word.encode() in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
        if not found:
            break
        time.sleep(0.05)
    return found


@pytest.mark.parametrize("flavour", ["root", "user", "ordinary", "landlock"])
class TestEveryJail:
    def test_python_numpy_and_its_own_folder_work(self, probed, flavour):
        assert probed(flavour)["numpy"] == "3.0"
        assert probed(flavour)["own folder"] == "1"

    @pytest.mark.parametrize("what", ["home", "checks", "solutions", "shadow"])
    def test_secrets_cannot_be_read(self, probed, flavour, what):
        assert probed(flavour)[what] in ("FileNotFoundError", "PermissionError")

    @pytest.mark.parametrize("way", ["tcp", "udp", "abstract"])
    def test_there_is_no_network(self, probed, flavour, way):
        assert probed(flavour)[way] in ("PermissionError", "ConnectionRefusedError")

    def test_the_grader_cannot_be_signalled_or_traced(self, probed, flavour):
        assert probed(flavour)["signal"] in ("ProcessLookupError", "PermissionError")
        assert probed(flavour)["ptrace"] == "Operation not permitted"

    @pytest.mark.parametrize("what", ["mount", "unshare"])
    def test_a_jail_cannot_be_made_within(self, probed, flavour, what):
        assert probed(flavour)[what] == "Operation not permitted"

    @pytest.mark.parametrize("what", ["numpy file", "library file", "system file"])
    def test_nothing_outside_can_be_changed(self, probed, flavour, what):
        assert probed(flavour)[what] in ("PermissionError", "OSError")

    def test_limits_hold(self, probed, flavour):
        assert probed(flavour)["big file"] == "OSError"
        exempt = flavour in ("user", "landlock") and os.geteuid() == 0  # Linux never limits root's
        assert exempt or 0 < int(probed(flavour)["forks"]) < 64

    def test_no_process_is_left(self, probed, flavour):
        assert probed(flavour)["left"] == []


@pytest.mark.parametrize("flavour", ["root", "user", "ordinary"])
def test_in_namespaces_no_other_process_is_seen(probed, flavour):
    assert probed(flavour)["processes"] in ("[1]", "FileNotFoundError")


@pytest.mark.parametrize("flavour", ["root", "user", "ordinary"])
def test_in_namespaces_every_machine_has_the_same_name(probed, flavour):
    assert probed(flavour)["machine"] == "grader"


@pytest.mark.parametrize("flavour", ["root", "user", "ordinary"])
def test_in_namespaces_no_capability_is_left(probed, flavour):
    assert int(probed(flavour)["capabilities"], 16) == 0


def test_where_there_is_neither_the_network_and_the_grader_are_still_out_of_reach(probed):
    found = probed("plain")
    assert found["numpy"] == "3.0"
    assert found["home"] == "read"  # which is what the report's line says
    assert found["tcp"] == found["udp"] == found["signal"] == "PermissionError"
    assert found["left"] == []


@linux
def test_an_ordinary_user_gets_namespaces_too():
    problem = works("ordinary")
    if problem:
        pytest.skip(problem)
    code = "from diydl.course.grading.sandbox import choose; print(choose('unshare').flavour)"
    done = run_plainly(
        as_ordinary_user([sys.executable, "-c", code], str(Path(tempfile.gettempdir(), "outer")))
    )
    assert done.stdout == "user\n", done.stderr


@linux
@pytest.mark.parametrize("flavour", ["root", "user", "landlock"])
def test_the_source_of_the_library_can_be_kept_out_of_sight(flavour, folder):
    """For a process that imported it before; its data files stay."""
    problem = works(flavour)
    if problem:
        pytest.skip(problem)
    spec = Jail(flavour).spec(folder=folder, library=False)
    code = """if True:
        import json, sys
        import numpy, diydl
        from diydl.course.grading.jail.inside import enter

        enter(json.loads(sys.argv[1]))
        for path in sys.argv[2:]:
            try:
                print(len(open(path).read()) > 0)
            except OSError:
                print(False)
        print(numpy.ones(2) + diydl.ones(2).data)
    """
    paths = [view.PACKAGE / "exercise.py", *view.data_files()]
    argv = [sys.executable, "-c", code, json.dumps(spec), *map(str, paths)]
    done = run_plainly(argv, OPENBLAS_NUM_THREADS="1")
    expected = [False] + [True] * (len(paths) - 1) + ["[2. 2.]"]
    assert done.stdout.splitlines() == [str(line) for line in expected], done.stderr


@linux
@pytest.mark.parametrize("flavour", ["root", "user", "landlock", "plain"])
def test_what_runs_inside_ends_with_the_process_outside(flavour, folder):
    problem = works(flavour)
    if problem:
        pytest.skip(problem)
    argv = ["/bin/sh", "-c", f"(setsid sleep 61 {folder} || sleep 61) & echo up; sleep 61"]
    process = subprocess.Popen(
        Jail(flavour).command(argv, folder=folder), stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout.readline() == "up\n"
        end(process)
    assert process.returncode is not None
    assert _still_running(folder) == []


@linux
def test_a_jail_ends_with_its_grader(folder):
    """Even where the grader is killed and can close nothing."""
    flavour = choose().flavour
    command = Jail(flavour).command([sys.executable, "-c", _WAITS, folder], folder=folder)
    code = "import subprocess, sys, time; subprocess.Popen(sys.argv[1:]); time.sleep(60)"
    grader = subprocess.Popen(
        [sys.executable, "-c", code, *command], stdout=subprocess.PIPE, text=True
    )
    with grader:
        assert grader.stdout.readline() == "up\n"
        grader.send_signal(signal.SIGKILL)
        grader.stdout.read()  # until the last one that holds the pipe has ended
    assert _still_running(folder) == []


_WAITS = "import time; print('up', flush=True); time.sleep(61)"


@linux
def test_exit_codes_come_out(folder):
    jail = choose()
    for code, expected in [("exit(3)", 3), ("import ctypes; ctypes.string_at(0)", jail_code(11))]:
        done = run(jail, [sys.executable, "-c", code], folder)
        assert done.returncode == expected, done.stderr


@linux
def test_a_refused_step_runs_nothing(folder):
    spec = Jail("user").spec(folder=folder) | {"base": "/no/such/folder"}
    argv = [sys.executable, "-I", "-S", str(sandbox._LAUNCHER), json.dumps(spec), "echo", "ran"]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60)
    assert done.returncode == 126 and done.stdout == ""
    assert "the jail could not be entered" in done.stderr


@linux
def test_paths_shown_and_hidden(folder):
    jail = choose()
    if jail.flavour not in ("root", "user", "landlock"):
        pytest.skip(jail.describe())
    with tempfile.TemporaryDirectory(prefix="shown-") as shown:
        Path(shown).chmod(0o755)
        for name in ("open", "closed"):
            (Path(shown) / name).write_text(name)
        argv = ["/bin/cat", f"{shown}/open", f"{shown}/closed"]
        command = jail.command(argv, folder=folder, show=[shown], hide=[f"{shown}/closed"])
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.stdout == "open", done.stderr


def test_none_adds_nothing():
    assert choose("none").command(["python", "worker.py"], folder="/tmp") == ["python", "worker.py"]
    assert "NOT kept" in choose("none").describe()


def test_a_command_of_ones_own_is_tried_first():
    jail = choose("env DIYDL_JAILED=1")
    assert jail.command(["python"], folder="/tmp") == ["env", "DIYDL_JAILED=1", "python"]
    assert "env DIYDL_JAILED=1" in jail.describe()
    with pytest.raises(SandboxError, match="no-such-program"):
        choose("no-such-program --flag")
    with pytest.raises(SandboxError, match="but exit code 1"):
        choose("false")
    with pytest.raises(SandboxError, match="it is empty"):
        choose(" ")


def test_auto_takes_the_best_that_works_and_says_which(monkeypatch):
    sandbox._first_that_works.cache_clear()
    monkeypatch.setattr(sandbox.sys, "platform", "linux")
    monkeypatch.setattr(
        sandbox, "_problem", lambda jail: "" if jail.flavour == "landlock" else "no"
    )
    assert choose("auto").flavour == "landlock"
    assert "Landlock" in choose("auto").describe()
    with pytest.raises(SandboxError, match="but no"):
        choose("unshare")
    sandbox._first_that_works.cache_clear()
    monkeypatch.setattr(sandbox.sys, "platform", "darwin")
    assert choose("auto").flavour == "none"
    with pytest.raises(SandboxError, match="darwin has none"):
        choose("unshare")
    sandbox._first_that_works.cache_clear()


def test_the_call_filter_is_known_for_two_machines(monkeypatch):
    from diydl.course.grading.jail import filter

    for machine in ("x86_64", "aarch64"):
        monkeypatch.setattr(filter.platform, "machine", lambda machine=machine: machine)
        assert 0 < len(filter.program(own=5)) // 8 < 256
        assert len(filter.program(own=5)) > len(filter.program())
    monkeypatch.setattr(filter.platform, "machine", lambda: "sparc")
    assert filter.program() == b""


@pytest.mark.parametrize("measure", [None, from_ps])
def test_a_memory_hog_is_stopped_by_the_watchdog(measure):
    code = "import time\nheld = []\nwhile True: held.append(b'x' * 2**22); time.sleep(0.005)"
    hog = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    try:
        with MemoryWatch(hog.pid, 150, hog.kill, measure=measure) as watch:
            assert hog.wait(timeout=30) != 0
        assert watch.exceeded
    finally:
        hog.kill()
        hog.wait()


def test_the_watchdog_leaves_the_modest_alone():
    with MemoryWatch(os.getpid(), 10**6, lambda: pytest.fail("killed")) as watch:
        time.sleep(0.05)
    assert not watch.exceeded


def test_memory_of_a_process_that_is_gone_is_unknown():
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert resident_mb(gone.pid) is None
    assert from_ps(gone.pid) is None


@linux
def test_landlock_is_asked_of_the_kernel():
    assert kernel.landlock_version() >= 0


def test_packages_on_the_path_of_this_process_are_found(tmp_path, monkeypatch):
    """NumPy may lie where PYTHONPATH or a user's own packages are; no reason to go without."""
    (tmp_path / "only_there.py").touch()
    monkeypatch.setattr(sandbox, "_TRY", "import only_there")
    assert "only_there" in sandbox._problem(Jail("none"))
    monkeypatch.syspath_prepend(tmp_path)
    assert sandbox._problem(Jail("none")) == ""
