"""Submissions that try to break a grader, and innocent ones that often do; with true scores.

Each is built from the solution of chapter 01 (33 points), so that what is right in it is known.
"""
