"""A folder of submissions as a hostile class would hand them in: files, zips, links, names."""

import os
import zipfile
from pathlib import Path

from tests.course.grading.hostile import code, files
from tests.course.grading.hostile.case import (
    FULL,
    NAME,
    WORTH,
    bytes_of,
    solved,
    with_cells,
)

EVIL = "=cmd|' !A1 <script>alert(1)"  # a formula, and a script
_CODE = (
    "good",
    "untouched",
    "partial",
    "a huge power",
    "the real os._exit",
    "a segmentation fault",
    "a fork bomb",
    "a memory hog",
    "killing the parent",
    "a daemon left behind",
    "forwards to the library",
    "forged replies",
)
_FILES = ("truncated at its start", "a PDF", "JSON 200,000 deep", "metadata stripped")


def fill(folder: Path) -> dict[str, float]:
    """Write the submissions below a folder; return the true score of each learner."""
    true = {}
    chosen = [case for case in code.CASES if case.name in _CODE]
    chosen += [case for case in files.CASES if case.name in _FILES]
    assert len(chosen) == len(_CODE) + len(_FILES)
    for number, case in enumerate(chosen):
        content = case.build().notebook
        (folder / f"learner{number:02}.ipynb").write_bytes(content or b"")
        true[f"learner{number:02}"] = case.true
    for write in (_zips, _links, _names):
        true |= write(folder)
    return true


def _zips(folder: Path) -> dict[str, float]:
    good = bytes_of(solved())
    with zipfile.ZipFile(folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as bomb:
        with bomb.open(f"{NAME}.ipynb", "w", force_zip64=True) as entry:
            for _ in range(300):
                entry.write(bytes(2**20))
    with zipfile.ZipFile(folder / "traverser.zip", "w") as traverser:
        traverser.writestr("../../escaped.ipynb", good)
        traverser.writestr("/var/escaped.ipynb", good)
        traverser.writestr("C:\\escaped.ipynb", good)
    with zipfile.ZipFile(folder / "linker.zip", "w") as linker:
        link = zipfile.ZipInfo(f"{NAME}.ipynb")
        link.external_attr = 0o120777 << 16
        linker.writestr(link, "/etc/passwd")
    with zipfile.ZipFile(folder / "fine.zip", "w") as fine:
        fine.writestr(f"work/{NAME}.ipynb", good)
        fine.writestr("__MACOSX/work/._x.ipynb", b"\x00\x05\x16\x07")
        fine.writestr("work/.ipynb_checkpoints/01_arrays-checkpoint.ipynb", b"{}")
    with zipfile.ZipFile(folder / "nested.zip", "w") as nested:
        inner = folder / "fine.zip"
        for depth in range(30):
            outer = folder / f"depth{depth}.part"
            with zipfile.ZipFile(outer, "w") as layer:
                layer.write(inner, "inner.zip")
            inner = outer
        nested.write(inner, "inner.zip")
    for part in folder.glob("*.part"):
        part.unlink()
    broken = (folder / "fine.zip").read_bytes()[:-200]
    (folder / "broken.zip").write_bytes(broken)
    names = ("bomb", "traverser", "linker", "nested", "broken")
    return dict.fromkeys(names, 0.0) | {"fine": FULL}


def _links(folder: Path) -> dict[str, float]:
    """Links to somebody else's work, to nothing, in a circle; a pipe that nobody writes to."""
    (folder / "thief.ipynb").symlink_to(folder / "learner00.ipynb")
    (folder / "outside.ipynb").symlink_to("/etc/passwd")
    (folder / "circle.ipynb").symlink_to(folder / "circle.ipynb")
    (folder / "round").mkdir()
    (folder / "round" / "round").symlink_to(folder, target_is_directory=True)
    os.mkfifo(folder / "pipe.ipynb")
    return {}


def _names(folder: Path) -> dict[str, float]:
    """Names that are formulas, scripts, terminal codes, too long, or no text at all."""
    good = bytes_of(solved())
    for name in (EVIL, "\x1b[2J\x1b]0;owned\x07red", "two\nlines", "-rf", "x" * 240, "CON", "é"):
        (folder / f"{name}.ipynb").write_bytes(good)
    cell = code.answers(
        "raise type('<script>alert(2)', (ValueError,), {})('<script>alert(3)</script>\\x1b[2J')",
        "# </pre></textarea></title><script>alert(4)</script>",
    )
    (folder / "injector.ipynb").write_bytes(with_cells(standardise=cell).notebook or b"")
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.ipynb")).write_bytes(good)
    return {"injector": FULL - WORTH["standardise"]}
