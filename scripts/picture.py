"""Turn what a command printed into a picture for the README: text in, SVG out.

turnbuckle demo --once | python scripts/picture.py docs/pictures/demo.svg
"""

import sys
from html import escape
from pathlib import Path

_LINE_PIXELS = 19
_LETTER_PIXELS = 7.9
_LONGEST_LINE = 112


def picture(lines: list[str]) -> str:
    """Draw lines of a terminal; longer ones are cut with three dots."""
    shown = [
        line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 3] + "..." for line in lines
    ]
    width = round(_LONGEST_LINE * _LETTER_PIXELS) + 40
    height = len(shown) * _LINE_PIXELS + 56
    texts = "".join(
        f'<text x="20" y="{50 + number * _LINE_PIXELS}">{escape(line)}</text>'
        for number, line in enumerate(shown)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        ' role="img"><title>A terminal</title>'
        "<desc>What the command in its first line prints.</desc>"
        '<style>text{font:13px ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;'
        "fill:#e8e6e1;white-space:pre}</style>"
        f'<rect width="{width}" height="{height}" rx="8" fill="#15181d"/>'
        '<circle cx="22" cy="20" r="5" fill="#f0a35e"/><circle cx="40" cy="20" r="5"'
        ' fill="#66707f"/><circle cx="58" cy="20" r="5" fill="#66707f"/>'
        f"{texts}</svg>\n"
    )


def main() -> None:
    """Read standard input and write the picture where the argument says."""
    if len(sys.argv) != 2:
        sys.exit("say where the picture is to go: python scripts/picture.py FILE.svg")
    lines = [line.rstrip() for line in sys.stdin]
    Path(sys.argv[1]).write_text(picture(lines))


if __name__ == "__main__":
    main()
