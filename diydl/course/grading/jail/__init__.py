"""What runs inside a jail before a submission does: Linux's own calls, standard library only.

Nothing here may import the rest of diydl: `python -I -S jail/__main__.py` must start in a few
milliseconds, and what it imports would already be in a process that a submission shares.
"""
