"""What a person did wrong, and the exit codes of commands that fail."""

TROUBLE, USAGE, INTERRUPTED = 1, 2, 130
"""The exit codes beside 0: trouble, a command that cannot be understood, Ctrl-C."""


class Mistake(Exception):
    """Something that a person has to do differently; the text says what."""
