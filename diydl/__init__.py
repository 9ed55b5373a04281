"""diydl: a small deep-learning library on NumPy, built chapter by chapter."""

__version__ = "0.1.0"
