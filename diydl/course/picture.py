"""The library at a chapter, drawn from `chapters/index.toml`."""

from diydl import draw
from diydl.course.growth import covers, exists
from diydl.course.index import find_chapter, load_index


def library_picture(chapter):
    """Draw the library as it stands in a chapter, named as in `find_chapter` ("03", "03_tape").

    Examples
    --------
    >>> repr(library_picture("00"))[:33]
    'Chapter 00: A network in a minute'
    """
    here = find_chapter(chapter)
    title = f"Chapter {here.number}: {here.title}"
    return draw.library_picture(title=title, **library_states(here))


def library_states(here):
    """Return what a chapter makes of each module of the index: state to list of modules.

    Examples
    --------
    >>> library_states(find_chapter("03"))["new"][:2]
    ['diydl.parameter', 'diydl.reverse']
    """
    index = load_index()
    earlier = [m for c in index if c.id < here.id for m in c.introduces]
    later = [m for c in index if c.id > here.id for m in c.introduces]
    borrowed = [m for m in later if exists(m) and any(covers(b, m) for b in here.borrows)]
    return {
        "new": list(here.introduces),
        "extended": list(here.extends),
        "earlier": earlier,
        "borrowed": borrowed,
        "planned": [m for m in later if m not in borrowed],
    }
