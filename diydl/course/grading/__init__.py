"""Grading a class: the submission runs in one process, the tests in another.

`grade` puts one submission through the checks of its chapter. Only JSON and arrays in NumPy's own
format cross between the processes. Nothing of this package but `worker` and what it imports is
ever loaded where a submission runs.
"""
