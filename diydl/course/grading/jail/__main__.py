"""``python -I -S jail/__main__.py SPEC PROGRAM ARGS...``: run a program inside a jail."""

import os
import sys

if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    from jail.inside import main  # not as a part of diydl, which would load all of it

    del sys.path[0]
    main()
