"""The zip that Gradescope wants for a chapter, and what runs in its container.

`setup.sh` runs once, while Gradescope builds the image, and is the only part that uses the network:
for Python 3.11 or newer, where the image has an older one, and for what diydl stands on. diydl
itself, the chapter's checks and your hidden ones travel in the zip. `run_autograder` needs no
network.
"""

import importlib.metadata
import json
import re
import tomllib
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

import diydl
from diydl.course.grading.command.options import FAULTS, chapter_of
from diydl.course.grading.points import worth
from diydl.course.grading.settings import Settings
from diydl.course.index import chapters_dir, clone_root, find_chapter
from diydl.course.say import say

_PACKAGE = Path(diydl.__file__).parent
_WHEN = (2026, 1, 1, 0, 0, 0)  # of all files: the same zip twice is the same bytes
_LEFT_OUT = {"__pycache__", ".ruff_cache", ".DS_Store"}
# Grading needs no JupyterLab and no widgets; learners may import what draws.
_NOT_NEEDED = {"jupyterlab", "anywidget"}

SETUP = """\
#!/usr/bin/env bash
# Runs once, when Gradescope builds the image: the only time that the network is used.
set -euo pipefail
root="${DIYDL_AUTOGRADER:-/autograder}"

find_python() {
  for name in python3.13 python3.12 python3.11 python3; do
    if command -v "$name" > /dev/null &&
      "$name" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2> /dev/null
    then
      echo "$name"
      return
    fi
  done
  return 1
}

if ! python="$(find_python)"; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update
  for version in 3.13 3.12 3.11; do
    if apt-get install -y --no-install-recommends "python$version" "python$version-venv"; then
      break
    fi
  done
  if ! python="$(find_python)"; then
    echo "diydl needs Python 3.11 or newer, and this image offers none." >&2
    echo "Choose a newer base image (Ubuntu 24.04) under 'Configure Autograder'." >&2
    exit 1
  fi
fi

"$python" -m venv "$root/env"
"$root/env/bin/python" -m pip install --no-cache-dir -r "$root/source/requirements.txt"
site="$("$root/env/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
cp -r "$root/source/package/diydl" "$site/"
"$root/env/bin/python" -I -m diydl --version
chmod -R go-rwx "$root/source"
"""
RUN = """\
#!/usr/bin/env bash
# Runs for each submission. Without results.json Gradescope shows an error, never a wrong score.
root="${DIYDL_AUTOGRADER:-/autograder}"
exec "$root/env/bin/python" -I -m diydl.course.grading.command.autograder_run "$root"
"""


class AutograderError(ValueError):
    """No zip can be made; the message says why and what to do."""


def write_autograder(settings: Settings, out: Path) -> Path:
    """Write the zip for a chapter; the same settings and sources give the same bytes.

    Raises `AutograderError` where `out` is no zip by its name.
    """
    out = Path(out)
    if out.suffix != ".zip":
        raise AutograderError(f"{out} should end in .zip: Gradescope takes nothing else")
    chapter = find_chapter(settings.chapter)
    worth(chapter.number, settings.points, settings.hidden)  # raises now what would fail there
    files = {
        "setup.sh": SETUP.encode(),
        "run_autograder": RUN.encode(),
        "requirements.txt": "".join(f"{line}\n" for line in requirements()).encode(),
        "settings.json": (json.dumps(_told(settings), indent=1) + "\n").encode(),
        **_package(),
    }
    if settings.hidden:
        files |= _folder(Path(settings.hidden), "hidden")
    if settings.points:
        files["points.toml"] = Path(settings.points).read_bytes()
    out.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, _WHEN)
            info.create_system = 3  # Unix: the next line holds its permissions
            info.external_attr = (0o755 if name in ("setup.sh", "run_autograder") else 0o644) << 16
            packed.writestr(info, content, zipfile.ZIP_DEFLATED)
    return out


def requirements() -> list[str]:
    """Return what pip has to install for grading.

    Examples
    --------
    >>> [line for line in requirements() if line.startswith("numpy")]
    ['numpy>=2.0']
    """
    root = clone_root()
    if root is not None:
        text = (root / "pyproject.toml").read_text(encoding="utf-8")
        told = tomllib.loads(text)["project"]["dependencies"]
    else:
        told = [line for line in importlib.metadata.requires("diydl") or [] if ";" not in line]
    needed = [line for line in told if re.split(r"[^\w.-]", line)[0] not in _NOT_NEEDED]
    return sorted(needed)


def _told(settings: Settings) -> dict[str, Any]:
    told = asdict(settings)
    return told | {"hidden": bool(settings.hidden), "points": bool(settings.points)}


def _package() -> dict[str, bytes]:
    """Return the files of diydl as a wheel would hold them: the chapters inside the package."""
    return _folder(_PACKAGE, "package/diydl") | _folder(
        chapters_dir(), "package/diydl/course/chapters"
    )


def _folder(folder: Path, name: str) -> dict[str, bytes]:
    return {
        f"{name}/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not _LEFT_OUT.intersection(path.relative_to(folder).parts)
    }


@click.command()
@click.argument("chapter")
@click.option(
    "-o",
    "--out",
    metavar="FILE.zip",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write; autograder-CHAPTER.zip unless given.",
)
@click.option(
    "--hidden",
    metavar="DIR",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Checks of your own, which learners do not see.",
)
@click.option(
    "--points",
    metavar="FILE.toml",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="What exercises or tests are worth.",
)
@click.option("--seed", type=int, default=Settings("00").seed, show_default=True)
@click.option("--mem-mb", type=click.IntRange(64), default=1024, show_default=True)
@click.option("--total-s", type=click.FloatRange(1), default=60.0, show_default=True)
def gradescope(chapter: str, out: Path | None, **told) -> None:
    """Write the autograder of CHAPTER for Gradescope, a zip to upload there as it is."""
    here = chapter_of(chapter)
    settings = Settings(here.number, **told)
    try:
        written = write_autograder(settings, out or Path(f"autograder-{here.id}.zip"))
    except (*FAULTS, AutograderError) as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise click.ClickException(str(error)) from error
    most = sum(sum(t.values()) for t in worth(here.number, told["points"], told["hidden"]).values())
    say(f"wrote {written}, {written.stat().st_size / 1e6:.1f} MB")
    say(
        f"In Gradescope: a programming assignment with {most:g} autograder points; under "
        "'Configure Autograder' choose Zip file upload, this file, and Ubuntu 24.04."
    )
