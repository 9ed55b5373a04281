"""All files that a graded class leaves behind."""

from pathlib import Path

from diydl.course.folder import write_atomically
from diydl.course.grading.batch.batch import Batch
from diydl.course.grading.report.class_page import class_page
from diydl.course.grading.report.feedback import feedback
from diydl.course.grading.report.scores import scores_csv, scores_json, timings_csv


def write_reports(batch: Batch, out: Path) -> list[Path]:
    """Write scores, times, a feedback page for each learner and the class page into `out`.

    Each file is replaced as a whole or not at all; others in `out` are left alone. Returns the
    files, the class page last.

    Examples
    --------
    >>> import tempfile
    >>> out = Path(tempfile.mkdtemp())
    >>> [path.name for path in write_reports(Batch("00_first_win", []), out)]
    ['scores.csv', 'scores.json', 'timings.csv', 'index.html']
    """
    out = Path(out)
    pages = out / "feedback"
    files = {
        out / "scores.csv": scores_csv(batch),
        out / "scores.json": scores_json(batch),
        out / "timings.csv": timings_csv(batch),
        **{pages / f"{e.file or e.id}.html": _bytes(feedback(e, batch)) for e in batch.graded},
        out / "index.html": _bytes(class_page(batch)),
    }
    pages.mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        write_atomically(path, content)
    return list(files)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "xmlcharrefreplace")
