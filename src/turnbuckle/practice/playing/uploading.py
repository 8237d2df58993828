"""Bring bytes into Procore's storage as a person's browser does.

Source of the calls: the Procore fact sheet, section 9.
"""

from collections.abc import AsyncIterator, Mapping
from uuid import uuid4

from turnbuckle.practice.playing.calls import Calls
from turnbuckle.practice.playing.seen import Body


async def uploaded(calls: Calls, place: str, name: str, body: Body) -> str:
    """Upload a content in one piece; give the uuid by which it can be attached.

    Args:
        calls: whose.
        place: ``projects/7`` or ``companies/7``.
        name: what a download is called.
        body: the content.
    """
    asked = {
        "response_filename": name,
        "response_content_type": "application/octet-stream",
        "size": body.size,
    }
    made = await calls.json("POST", f"/rest/v1.1/{place}/uploads", asked)
    headers, data = _form(made["fields"], body)
    await calls.whole("POST", made["url"], data, headers=headers)
    return str(made["uuid"])


def _form(fields: Mapping[str, str], body: Body) -> tuple[dict[str, str], AsyncIterator[bytes]]:
    """Give headers and content of a form with the file last; storage asks for its length."""
    boundary = f"form-{uuid4().hex}"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in fields.items()
    ]
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="content"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    before, after = "".join(parts).encode(), f"\r\n--{boundary}--\r\n".encode()

    async def data() -> AsyncIterator[bytes]:
        yield before
        async for piece in body.pieces:
            yield piece
        yield after

    headers = {
        "Content-Type": f"multipart/form-data; boundary={boundary}",
        "Content-Length": str(len(before) + body.size + len(after)),
    }
    return headers, data()
