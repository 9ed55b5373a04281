"""The book: chapters with their outputs, reference and glossary, built from `solutions/`."""
