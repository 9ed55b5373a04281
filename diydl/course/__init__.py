"""The course: exercises, checks, records, authoring. It sits on the library."""
