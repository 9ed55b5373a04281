"""``python -I -S jail/__main__.py SPEC PROGRAM ARGS...``: run a program inside a jail."""

import os
import sys

_here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(_here))
from jail.inside import main  # noqa: E402

del sys.path[0]
main()
