"""Unified uploads (v2.1): always in parts, completed by the parts' ETags, ready after a scan.

They are of Document Management, another product: neither Documents nor Photos take them, and who
does not use one within a day loses it.
"""

from turnbuckle.practice.persons import Person
from turnbuckle.practice.procore.arguments import Fields
from turnbuckle.practice.procore.refusals import Refusal, invalid
from turnbuckle.practice.procore.uploads import START_SECONDS, Segment, Upload, Uploads

KEEP_SECONDS = 86400
SCAN_SECONDS = 2
SMALLEST_PART = (5 << 20) + 1  # the last one may be smaller
LARGEST_PART = 100 << 20
MOST_PARTS = 10_000
_LONGEST_ADDRESS_SECONDS = 86400
_OTHER_TOOLS = frozenset({"documents", "photos", "images"})


def promise(uploads: Uploads, company_id: int, creator: Person, fields: Fields) -> Upload:
    """Promise an upload.

    Raises:
        Refusal: 400 when a field is missing or no good.
    """
    name = fields.needed_text("file_name")
    if not name.strip():
        raise invalid("file_name", "can't be blank")
    size, parts = fields.number("file_size"), _parts(fields)
    if size is None:
        raise invalid("file_size", "can't be blank")
    if size != sum(part.size for part in parts):
        raise invalid("file_size", "is not the sum of the segments")
    if (fields.text("uploader_tool_name") or "").lower() in _OTHER_TOOLS:
        raise invalid("uploader_tool_name", "is not a tool that takes these uploads")
    seconds = fields.number("url_expires_in")
    if seconds is not None and not 0 < seconds <= _LONGEST_ADDRESS_SECONDS:
        raise invalid("url_expires_in", "is not between a second and a day")
    return uploads.add(
        company_id,
        creator,
        filename=name,
        content_type=fields.needed_text("content_type"),
        size=size,
        segments=parts,
        unified=True,
        keep_seconds=KEEP_SECONDS,
        address_seconds=seconds or START_SECONDS,
    )


def take_etags(upload: Upload, fields: Fields) -> bool:
    """Compare the ETags that a client tells with those of what arrived; tell whether that is all.

    Raises:
        Refusal: 400 for a body of the wrong form, 422 for a part that is missing or differs.
    """
    told, parts = fields.raw("part_etags"), upload.segments or []
    if not isinstance(told, list) or not all(isinstance(each, str | None) for each in told):
        raise invalid("part_etags", "is not a list of ETags")
    if len(told) != len(parts):
        raise invalid("part_etags", "are not as many as the segments", 422)
    for etag, part in zip(told, parts, strict=True):
        if etag is not None and (part.blob is None or etag.strip('"') != part.etag):
            raise invalid("part_etags", "are not those of the segments that arrived", 422)
    return None not in told


def standing(upload: Upload, now: float) -> str:
    """How far an upload is, in the words of this interface."""
    if upload.completed is None:
        arrived = any(part.blob is not None for part in upload.segments or ())
        return "receiving" if arrived else "ready"
    return "scanning" if now < upload.completed + SCAN_SECONDS else "available"


def _parts(fields: Fields) -> list[Segment]:
    rows = fields.rows("segments")
    if not rows:
        raise invalid("segments", "can't be blank")
    if len(rows) > MOST_PARTS:
        raise invalid("segments", f"are more than {MOST_PARTS}")
    parts = [Uploads.segment(row) for row in rows]
    problem: Refusal | None = None
    if any(part.size > LARGEST_PART for part in parts):
        problem = invalid("segments", "are larger than 100 MiB")
    elif any(part.size < SMALLEST_PART for part in parts[:-1]):
        problem = invalid("segments", "are not larger than 5 MiB before the last")
    if problem is not None:
        raise problem
    return parts
