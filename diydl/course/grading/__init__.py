"""Grading a class: submissions found, run apart from the tests, scored and reported."""
