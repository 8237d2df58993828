"""Counts, bytes and durations as people read them."""

_UNITS = ("kB", "MB", "GB", "TB", "PB")


def amount(count: int) -> str:
    """Give bytes in thousands: ``950 bytes``, ``1.5 kB``, ``60.0 MB``."""
    if count < 1000:
        return counted(count, "byte")
    size = float(count)
    for unit in _UNITS:
        size /= 1000
        if size < 999.95 or unit == _UNITS[-1]:
            break
    return f"{size:.1f} {unit}"


def counted(count: int, what: str) -> str:
    """Give a count with its noun: ``1 file``, ``1,200 files``."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {_plural(what)}"


def _plural(what: str) -> str:
    return f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"


def duration(seconds: float) -> str:
    """Give a duration: ``0.4 s``, ``42 s``, ``3 min 20 s``, ``2 h 5 min``."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
