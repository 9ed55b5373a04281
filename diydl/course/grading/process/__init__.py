"""The boundary: a learner's code in one process, the tests in another, plain data between."""
