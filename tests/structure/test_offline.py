"""No test, no kernel and nothing that either starts reaches the network."""

import json
import os
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCKED = "tests run without a network, but {} was asked for"
FAR = "192.0.2.1"  # set aside for examples: nobody has it

ASK = f"""
import os, socket, subprocess, sys
from pathlib import Path

def ask():
    try:
        socket.create_connection(("{FAR}", 80), timeout=5)
    except OSError as error:
        return str(error)
    return "connected"

child = "import socket; socket.getaddrinfo('example.org', 80)"
below = subprocess.run([sys.executable, "-c", child], capture_output=True, text=True)
Path("said.txt").write_text(ask() + "\\n" + below.stderr)
"""


def test_an_address_elsewhere_is_refused():
    with pytest.raises(OSError, match=BLOCKED.format(FAR)):
        socket.create_connection((FAR, 80), timeout=5)


def test_a_name_is_not_looked_up():
    with pytest.raises(OSError, match=BLOCKED.format("example.org")):
        socket.getaddrinfo("example.org", 443)


def test_a_packet_is_not_sent():
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as packet,
        pytest.raises(OSError, match=BLOCKED.format(FAR)),
    ):
        packet.sendto(b"hello", (FAR, 53))


def test_urllib_is_refused():
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with pytest.raises(urllib.error.URLError, match="without a network"):
        direct.open("http://example.org", timeout=5)


def test_this_machine_can_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname(), timeout=5) as near:
            assert near.getpeername() == server.getsockname()


def notebook(code):
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "source": code}
    cells = [cell | {"execution_count": None}]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def test_kernels_of_notebooks_and_what_they_start_are_refused(tmp_path):
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "tests" / "offline", tmp_path / "tests" / "offline")
    (tmp_path / "a.ipynb").write_text(notebook(ASK))
    variables = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--nbval-lax", "a.ipynb"],
        cwd=tmp_path,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout
    said = (tmp_path / "said.txt").read_text()
    assert said.startswith(BLOCKED.format(FAR))
    assert BLOCKED.format("example.org") in said
