"""The skeleton of every page of practice mode: one style sheet, no script."""

from html import escape


def document(title: str, header: str, content: str) -> str:
    """Give a whole page; `header` and `content` are HTML, `title` is text."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>"
        '<link rel="stylesheet" href="/practice/style.css"></head><body>'
        f"<header>{header}</header><main>{content}</main></body></html>"
    )


def button(label: str) -> str:
    """A button that sends its form."""
    return f"<button>{escape(label)}</button>"
