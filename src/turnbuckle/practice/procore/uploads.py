"""Uploads: promised first, then sent to the storage host, completed when in segments, attached.

An upload must be started at the storage within an hour, can be attached only by who created it,
in the same company, and is forgotten after a week.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from turnbuckle.practice.blobs import Blob, Blobs
from turnbuckle.practice.clock import PracticeClock
from turnbuckle.practice.persons import Person
from turnbuckle.practice.procore.arguments import Fields
from turnbuckle.practice.procore.identifiers import Identifiers
from turnbuckle.practice.procore.refusals import Refusal, invalid, not_found, plain
from turnbuckle.practice.procore.switches import ProcoreSwitches

START_SECONDS = 3600
KEEP_SECONDS = 7 * 86400
SMALLEST_SEGMENT = 5 << 20  # the last one may be smaller
LARGEST_SEGMENT = 5 << 30
LARGEST_SIMPLE = 5 << 30
_HEX = frozenset("0123456789abcdef")


@dataclass(slots=True, eq=False, kw_only=True)
class Segment:
    """One piece of a segmented upload, as promised, and what arrived."""

    size: int
    sha256: str
    md5: str | None
    blob: Blob | None = None

    @property
    def etag(self) -> str:
        """What the storage answers for it; 32 hex digits."""
        return self.sha256[:32]


@dataclass(slots=True, eq=False, kw_only=True)
class Upload:
    """One upload on its way to becoming a version of a file."""

    uuid: str
    company_id: int
    creator: Person
    created: float  # seconds since 1970
    filename: str
    content_type: str
    as_attachment: bool
    size: int | None  # None: not told in advance
    segments: list[Segment] | None  # None: a simple upload
    blob: Blob | None = None
    attached: bool = False
    unified: bool = False  # made by v2.1, which neither Documents nor Photos take
    keep_seconds: int = KEEP_SECONDS
    address_seconds: int = START_SECONDS
    addressed: float  # when the addresses of its parts were given last
    completed: float | None = None  # when a unified one was

    @property
    def key(self) -> str:
        """Its name at the storage host."""
        return f"companies/{self.company_id}/{self.uuid}"

    @property
    def status(self) -> str:
        """How far it is, in Procore's words."""
        if self.segments is None:
            return "non_segmented"
        if self.blob is not None:
            return "complete"
        return "receiving" if any(segment.blob for segment in self.segments) else "ready"

    def kept(self) -> list[Blob]:
        """What is on the disk of it: all its bytes, or those of the segments that came."""
        if self.blob is not None:
            return [self.blob]
        return [each.blob for each in self.segments or () if each.blob is not None]


class Uploads:
    """All uploads of this Procore."""

    def __init__(
        self,
        identifiers: Identifiers,
        clock: PracticeClock,
        switches: ProcoreSwitches,
        blobs: Blobs,
    ) -> None:
        self._blobs = blobs
        self._identifiers = identifiers
        self._clock = clock
        self._switches = switches
        self._all: dict[str, Upload] = {}

    def create(self, company_id: int, creator: Person, fields: Fields) -> Upload:
        """Promise an upload.

        Raises:
            Refusal: 400 when a field is missing or no good.
        """
        filename = fields.needed_text("response_filename")
        if not filename:
            raise invalid("response_filename", "can't be blank")
        segments = self._segments(fields)
        size = fields.number("size")
        if segments is not None:
            total = sum(segment.size for segment in segments)
            if size not in (None, total):
                raise invalid("size", "is not the sum of the segments")
            size = total
        self._require_size(size, simple=segments is None)
        return self.add(
            company_id,
            creator,
            filename=filename,
            content_type=fields.text("response_content_type") or "application/octet-stream",
            as_attachment=fields.flag("attachment_content_disposition") or False,
            size=size,
            segments=segments,
        )

    def add(
        self,
        company_id: int,
        creator: Person,
        *,
        filename: str,
        content_type: str,
        size: int | None,
        segments: list[Segment] | None,
        as_attachment: bool = False,
        unified: bool = False,
        keep_seconds: int = KEEP_SECONDS,
        address_seconds: int = START_SECONDS,
    ) -> Upload:
        """Keep a promise that was found good."""
        self._sweep()
        now = self._now()
        upload = Upload(
            uuid=self._identifiers.ulid(),
            company_id=company_id,
            creator=creator,
            created=now,
            filename=filename,
            content_type=content_type,
            as_attachment=as_attachment,
            size=size,
            segments=segments,
            unified=unified,
            keep_seconds=keep_seconds,
            address_seconds=address_seconds,
            addressed=now,
        )
        self._all[upload.uuid] = upload
        return upload

    def waiting(self) -> Iterator[Blob]:
        """What was sent and is not attached yet."""
        for upload in self._all.values():
            if not upload.attached:
                yield from upload.kept()

    def _sweep(self) -> None:
        """Delete what nobody attached within its week, oldest first."""
        while self._all:
            oldest = next(iter(self._all.values()))
            if not self._is_forgotten(oldest):
                return
            del self._all[oldest.uuid]
            for blob in () if oldest.attached else oldest.kept():
                self._blobs.drop(blob)

    def at_key(self, key: str) -> Upload | None:
        """Give the upload that the storage host knows by this key."""
        upload = self._all.get(key.rpartition("/")[2])
        return upload if upload is not None and upload.key == key else None

    def has_expired(self, upload: Upload) -> bool:
        """Whether the time is over in which sending may start."""
        return self._now() > upload.addressed + upload.address_seconds

    def find(self, uuid: str, company_id: int, person: Person) -> Upload:
        """Give an upload to who created it.

        Raises:
            Refusal: 404 when there is none for them, or its week is over.
        """
        upload = self._all.get(uuid)
        if upload is None or upload.company_id != company_id or upload.creator is not person:
            raise not_found("Upload")
        if self._is_forgotten(upload):
            raise not_found("Upload")
        return upload

    def check_parts(self, uuid: str, company_id: int, person: Person, fields: Fields) -> Upload:
        """Compare what a client says it sent with what arrived; the upload can then be joined.

        Raises:
            Refusal: 400 for a body of the wrong form, 410 after its week, 422 for parts that are
                missing or differ.
        """
        upload = self._all.get(uuid)
        if upload is not None and self._is_forgotten(upload):
            raise plain(410, "the upload is no longer there")
        upload = self.find(uuid, company_id, person)
        rows = fields.rows("segments")
        if rows is None:
            raise invalid("segments", "can't be blank")
        if upload.segments is None or upload.unified:
            raise plain(422, "the upload has no segments")
        if len(rows) != len(upload.segments):
            raise invalid("segments", "are not as many as announced", 422)
        for row, segment in zip(rows, upload.segments, strict=True):
            self._check_part(row, segment)
        return upload

    def for_attaching(self, uuid: str, company_id: int, person: Person) -> tuple[Upload, Blob]:
        """Give an upload whose bytes are to become a file or a version.

        Raises:
            Refusal: 400; it is somebody else's, has no bytes, is not complete, or was used.
        """
        upload = self._all.get(uuid)
        if upload is None or upload.company_id != company_id or self._is_forgotten(upload):
            raise invalid("upload_uuid", "is not a known upload")
        if upload.unified:
            raise invalid("upload_uuid", "is not an upload for this tool")
        if upload.creator is not person:
            raise invalid("upload_uuid", "was created by another user")
        if upload.attached and not self._switches.attach_twice:
            raise invalid("upload_uuid", "was attached already")
        if upload.blob is None:
            raise invalid("upload_uuid", "has no complete content")
        if upload.blob.size == 0 and not self._switches.empty_uploads:
            raise invalid("upload_uuid", "is empty")
        return upload, upload.blob

    def _segments(self, fields: Fields) -> list[Segment] | None:
        rows = fields.rows("segments")
        if rows is None:
            return None
        if not rows:
            raise invalid("segments", "can't be blank")
        segments = [self.segment(row) for row in rows]
        if any(segment.size < SMALLEST_SEGMENT for segment in segments[:-1]):
            raise invalid("segments", "are smaller than 5 MB before the last")
        return segments

    @staticmethod
    def segment(row: Fields) -> Segment:
        """Read one announced piece.

        Raises:
            Refusal: 400, its size or one of its digests is no good.
        """
        size = row.number("size")
        sha256 = row.needed_text("sha256").lower()
        if size is None or not 0 < size <= LARGEST_SEGMENT:
            raise invalid("segments", "have a size from 1 byte to 5 GB")
        if len(sha256) != 64 or not set(sha256) <= _HEX:
            raise invalid("segments", "have a sha256 of 64 hex digits")
        md5 = row.text("md5")
        if md5 is not None and (len(md5) != 32 or not set(md5.lower()) <= _HEX):
            raise invalid("segments", "have an md5 of 32 hex digits")
        return Segment(size=size, sha256=sha256, md5=md5)

    def _require_size(self, size: int | None, *, simple: bool) -> None:
        if size is None:
            return
        if size < 0 or (size == 0 and not self._switches.empty_uploads):
            raise invalid("size", "is too small")
        largest = self._switches.largest_upload
        if largest is not None and size > largest:
            raise invalid("size", "is too large")
        if simple and size > LARGEST_SIMPLE:
            raise invalid("size", "is too large for one piece")

    @staticmethod
    def _check_part(row: Fields, segment: Segment) -> None:
        etag = row.needed_text("etag").strip('"')
        problem: Refusal | None = None
        if segment.blob is None:
            problem = invalid("segments", "have not all arrived", 422)
        elif etag != segment.etag:
            problem = invalid("segments", "have another etag", 422)
        elif row.number("size") not in (None, segment.size):
            problem = invalid("segments", "have another size", 422)
        elif (row.text("sha256") or segment.sha256).lower() != segment.sha256:
            problem = invalid("segments", "have another sha256", 422)
        if problem is not None:
            raise problem

    def _is_forgotten(self, upload: Upload) -> bool:
        return self._now() > upload.created + upload.keep_seconds

    def _now(self) -> float:
        return self._clock.now().timestamp()
