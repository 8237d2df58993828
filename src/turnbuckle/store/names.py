"""Names that people give to connections and links, and what is wrong with the ones they try."""


class UnknownName(Exception):
    """The organisation has nothing of that name."""


class NameTaken(Exception):
    """The organisation has something of that name already."""


class StillUsed(Exception):
    """It cannot be removed while something else needs it."""
