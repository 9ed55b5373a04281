"""The commands of an instructor: grade, collect, release, handin, gradescope."""
