"""Speed and memory beside PyTorch. Measured, never passed or failed: python -m tests.benchmarks."""
