"""The course: exercises, checks, records, authoring. It sits on the library, never the other way round."""
