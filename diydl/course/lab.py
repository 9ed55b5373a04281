"""Open the course in JupyterLab, always on the learner's own copies: `diydl lab`, `diydl start`."""

import os
import secrets
from pathlib import Path

import click

from diydl.course.folder import FolderError, default_course_folder, make_copies
from diydl.course.index import Chapter, UnknownChapter, clone_root, find_chapter, load_index
from diydl.threads import WAIT_LESS

_WHAT = {
    "new": "{name}: your copy, fresh",
    "updated": "{name}: replaced by the newer version (you had not changed it)",
    "beside": "{chapter}.ipynb has your work and stays as it is; the newer version is in {name}",
}

_NEWS = "@jupyterlab/apputils-extension:announcements"


def lab_arguments(
    folder: Path, chapter: Chapter, *, port: int | None = None, browser: bool = True
) -> list[str]:
    """Arguments for JupyterLab: it serves `folder` and opens on `chapter`, without pop-ups.

    Examples
    --------
    >>> from diydl.course.index import find_chapter
    >>> lab_arguments(Path("work"), find_chapter("00"), browser=False)[0]
    '--ServerApp.root_dir=work'
    """
    import zmq
    from jupyter_client.manager import KernelManager

    arguments = [
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{chapter.notebook}",
        f"--LabApp.workspaces_dir={folder / '.jupyter' / 'workspaces'}",  # no tabs of other places
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",  # its catalogue would need the network
        "--Application.log_level=ERROR",  # warnings there speak to administrators
        "--ServerApp.answer_yes=True",  # Ctrl-C stops at once; notebooks are saved files
    ]
    if port is not None:
        arguments.append(f"--ServerApp.port={port}")
    if not browser:
        arguments.append("--no-browser")
    if zmq.has("curve") and KernelManager.class_traits().get("transport_encryption"):
        arguments.append("--KernelManager.transport_encryption=auto")  # or each kernel complains
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--allow-root")
    return arguments


def _options(command):
    """Give a command the options that `lab` and `start` share."""
    for decorate in (
        click.argument("chapter", default="00"),
        click.option("--port", type=click.IntRange(1, 65535), help="Port to serve on."),
        click.option("--no-browser", is_flag=True, help="Print the address, open no browser."),
        click.option("--copy-only", is_flag=True, help="Make or update the copies, then stop."),
    ):
        command = decorate(command)
    return command


@click.command
@_options
def lab(chapter: str, port: int | None, no_browser: bool, copy_only: bool) -> None:
    """Open CHAPTER (00 unless named) in JupyterLab, on your own copy.

    Copies live in the course folder: the one you are in, else work/ of the clone. A copy that you
    changed is never overwritten: when the course has a newer version, it is put beside yours.
    """
    root = clone_root()
    folder = default_course_folder() or (root / "work" if root else None)
    if folder is None:
        raise click.ClickException(
            "there is no course folder here. Make one with `diydl start DIR`, for instance "
            "`diydl start my-course`"
        )
    _open(folder, chapter, port, no_browser, copy_only)


@click.command
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@_options
def start(folder: Path, chapter: str, port: int | None, no_browser: bool, copy_only: bool) -> None:
    """Make DIR a course folder (or update it) and open CHAPTER in JupyterLab.

    DIR is new, empty, or a course folder already.
    """
    _open(folder, chapter, port, no_browser, copy_only)


def _open(folder: Path, name: str, port: int | None, no_browser: bool, copy_only: bool) -> None:
    try:
        chapter = find_chapter(name)
        if chapter.planned:
            raise click.ClickException(f"chapter {chapter.id} is planned, but not written yet")
        folder = folder.expanduser().resolve()
        copies = make_copies(folder, [c for c in load_index() if not c.planned])
    except (UnknownChapter, FolderError) as error:
        raise click.ClickException(str(error)) from error
    for copied in copies:
        if copied.what in _WHAT:
            click.echo(_WHAT[copied.what].format(name=copied.path.name, chapter=copied.chapter))
    if copy_only:
        click.echo(f"Your copies are in {folder}")
        return
    _serve(folder, chapter, port, not no_browser)


def _serve(folder: Path, chapter: Chapter, port: int | None, browser: bool) -> None:
    from jupyterlab.labapp import LabApp

    token = secrets.token_hex(24)  # our own, so that no other configuration hides it
    arguments = lab_arguments(folder, chapter, port=port, browser=browser)
    server = LabApp.initialize_server([*arguments, f"--IdentityProvider.token={token}"])
    server.web_app.settings["page_config_hook"] = _without_news
    address = f"{server.local_url.partition('?')[0]}?token={token}"
    text = (
        f"\n{chapter.number}  {chapter.title}\n\n"
        f"    {address}\n\n"
        f"Your notebooks and answers are in {folder}\n"
        "Stop with Ctrl+C.\n"
    )
    for name, value in WAIT_LESS.items():  # which kernels inherit
        os.environ.setdefault(name, value)
    server.io_loop.add_callback(click.echo, text)  # once it listens, not before
    server.start()


def _without_news(handler, page_config: dict) -> dict:
    """Leave out the extension that asks whether to fetch news."""
    page_config["disabledExtensions"] = [*page_config.get("disabledExtensions", []), _NEWS]
    return page_config
