"""The wheel as a learner meets it; `python -m tests.wheel` runs it, since it needs the network."""
