"""Engines: what applying a primitive means. Each file is one way to run the same primitives."""
