"""The oldest releases that pyproject.toml allows: `python -m tests.lowest` tests with them."""
