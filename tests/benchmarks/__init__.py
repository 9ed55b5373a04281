"""Speed and memory beside PyTorch. Measured, never passed or failed: python -m tests.benchmarks."""

import os

os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "18")  # as in `diydl lab`: see diydl/threads.py
