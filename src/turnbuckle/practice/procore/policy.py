"""The form fields with which a simple upload is sent: a policy, and a signature over it."""

import base64
import json
from datetime import UTC, datetime, timedelta

from turnbuckle.practice.procore.signatures import Signer
from turnbuckle.practice.procore.uploads import LARGEST_SIMPLE, START_SECONDS, Upload


def size_range(upload: Upload) -> tuple[int, int]:
    """The fewest and the most bytes that the storage takes for an upload."""
    return (0, LARGEST_SIMPLE) if upload.size is None else (upload.size, upload.size)


def policy_fields(upload: Upload, signer: Signer) -> dict[str, str]:
    """All fields of the form but the file; the same each time for one upload."""
    started = datetime.fromtimestamp(upload.created, UTC)
    kind = "attachment" if upload.as_attachment else "inline"
    quoted = upload.filename.replace("\\", "\\\\").replace('"', '\\"')
    fields = {
        "key": upload.key,
        "Content-Type": upload.content_type,
        "Content-Disposition": f'{kind}; filename="{quoted}"',
        "x-amz-credential": f"PRACTICE/{started:%Y%m%d}/us-east-1/s3/aws4_request",
        "x-amz-algorithm": "AWS4-HMAC-SHA256",
        "x-amz-date": f"{started:%Y%m%dT%H%M%SZ}",
    }
    ends = started + timedelta(seconds=START_SECONDS)
    conditions: list[object] = [{name: value} for name, value in fields.items()]
    conditions.append(["content-length-range", *size_range(upload)])
    document = {"expiration": f"{ends:%Y-%m-%dT%H:%M:%SZ}", "conditions": conditions}
    fields["policy"] = base64.b64encode(json.dumps(document).encode()).decode()
    fields["x-amz-signature"] = signer.sign("POST", upload.key, fields["policy"])
    return fields
