"""The course: exercises, checks, records, authoring. It sits on the library.

A notebook begins with ``from diydl.course import check, hint, use_mine``. With DIYDL_MINE=1 the
library runs from here on with every function that the learner has passed.
"""

import os

from diydl.course.cells import watch_cells
from diydl.course.hints import hint
from diydl.course.instant import check
from diydl.course.mine import announce as _announce
from diydl.course.mine import use_mine
from diydl.course.ownership import watch
from diydl.course.picture import library_picture
from diydl.course.standing import progress

__all__ = ["check", "hint", "library_picture", "progress", "use_mine", "watch"]

watch_cells()
if os.environ.get("DIYDL_MINE") == "1":
    _announce()
