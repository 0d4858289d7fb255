"""Numbers as people read them."""


def count(number: int, what: str) -> str:
    """Count things: "1 output", "3 outputs", "1,200 outputs"."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def duration(seconds: float) -> str:
    """Say how long something took: "0.4 s", and from a minute on "2:05"."""
    return f"{seconds:.1f} s" if seconds < 59.95 else clock(round(seconds))


def clock(seconds: float) -> str:
    """Say a time that is running: "0:07", "12:30", "1:02:05"."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def size(number: int) -> str:
    """Say how many bytes, in units of a thousand: "950 bytes", "12 kB", "3.4 MB"."""
    if number < 1000:
        return count(number, "byte")
    for unit in ("kB", "MB"):
        number_of = number / 1000 if unit == "kB" else number / 1000**2
        if number_of < 999.5:
            return f"{number_of:.1f} {unit}" if number_of < 9.95 else f"{number_of:.0f} {unit}"
    return f"{number / 1000**3:.1f} GB"
