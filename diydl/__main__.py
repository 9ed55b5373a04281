"""`python -m diydl` is the `diydl` command."""

from diydl.cli import main

main.main(prog_name="diydl")
