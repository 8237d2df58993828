"""How bytes come in and go out: uploads of unusual sizes, and the addresses of files."""

from datetime import timedelta

from turnbuckle.connectors.procore.probe.ground import FILES, ProcoreGround, Row
from turnbuckle.connectors.procore.probe.name_checks import row_or_nothing
from turnbuckle.ports.probe import Answer, Check, NotSettled, Value
from turnbuckle.transport.raw_calls import row, rows, shown

_REMAINING = "x-rate-limit-remaining"
_GIB = 1 << 30
_SIZES = (5 * _GIB, 4 * _GIB, 2 * _GIB, _GIB, _GIB // 2, _GIB // 10)
_LIVES = (600, 3600)
"""The lives of addresses that are told apart, in seconds."""
_SLACK = 30
_TRIES = 3


async def _empty(ground: ProcoreGround) -> Answer:
    promised = await ground.promise("empty.txt", size=0)
    if promised.status in {400, 422}:
        return _empty_answer(f"it is refused when it is promised: {shown(promised)}", takes=False)
    row(promised)
    reply = await ground.attach(await ground.upload("empty.txt", b""), "empty.txt")
    if reply.status not in {201, 400, 422}:
        raise NotSettled(f"a file of 0 bytes answers {shown(reply)}")
    return _empty_answer(f"a file of 0 bytes answers {shown(reply)}", takes=reply.status == 201)


def _empty_answer(seen: str, *, takes: bool) -> Answer:
    return Answer(
        seen=seen,
        switches={"empty_uploads": takes},
        setting="nothing: where they are refused, empty files are set aside and told",
    )


async def _twice(ground: ProcoreGround) -> Answer:
    uuid = await ground.upload("once.txt", b"once")
    row(await ground.attach(uuid, "once.txt"))
    again = await ground.attach(uuid, "twice.txt")
    if again.status not in {201, 400, 404, 409, 422}:
        raise NotSettled(f"the second file of one upload answers {shown(again)}")
    return Answer(
        seen=f"the second file of one upload answers {shown(again)}",
        switches={"attach_twice": again.status == 201},
        setting="nothing: Turnbuckle uploads for each file anew",
    )


async def _largest(ground: ProcoreGround) -> Answer:
    refused = ""
    for size in _SIZES:
        reply = await ground.promise("large.bin", size=size)
        if reply.status < 300:
            limit = None if not refused else size
            return Answer(
                seen=f"{refused}an upload of {size:,} bytes is promised; nothing was sent",
                switches={"largest_upload": limit},
                setting=_LARGEST if limit else "nothing",
            )
        refused = f"{size:,} bytes are refused ({shown(reply)}); "
    raise NotSettled(f"even this is not promised: {refused}")


_LARGEST = "`turnbuckle link set LINK --exclude-names '*' --larger-than SIZE`, or leave it: what is"
_LARGEST += " too large is set aside and told"


async def _bearer(ground: ProcoreGround) -> Answer:
    url = await _some_address(ground, "address.txt")
    bare = await ground.calls.hop(url, bearer=False)
    if bare.status in {401, 403}:
        with_it = await ground.calls.reach(url, bearer=True)
        if with_it != 200:
            raise NotSettled(f"{bare.status} without the token, {with_it} with it")
    elif bare.status >= 400:
        raise NotSettled(f"an address just told answers {bare.status}")
    return Answer(
        seen=f"without the token the address answers {bare.status}",
        switches={"url_needs_bearer": bare.status in {401, 403}},
        setting="nothing: Turnbuckle sends the token to Procore's own hosts alone",
    )


async def _some_address(ground: ProcoreGround, name: str) -> str:
    """Give the address of a file: a new one of ours, or one that is there; two calls."""
    if ground.may_write:
        return _address(await ground.file(name))
    listed = await ground.index(("document_type", "file"), ("is_in_recycle_bin", "false"))
    for each in rows(listed):
        return _address(row(await ground.look(FILES, each["id"])))
    raise NotSettled("the project has no file; ask again with --allow-writes")


def _address(file: Row) -> str:
    newest = max(file["file_versions"], key=lambda each: each["number"])
    return str(newest["url"])


async def _counted(ground: ProcoreGround) -> Answer:
    """Compare what is left before and after.

    A service account has a limit for each company that a call names, and a file's address names
    none: so what the address itself tells of the limits is looked at first.
    """
    url = await _some_address(ground, "counted.txt")
    for _ in range(_TRIES):
        first, second = await _left_at(ground, url), await _left_at(ground, url)
        if first is not None and second is not None:
            used, what = first - second, "a download"
        else:
            before = await _remaining(ground)
            await ground.calls.reach(url, bearer=True)
            used, what = before - await _remaining(ground) - 1, "a download beside a call"
        if used in {0, 1}:  # else the window began anew, or somebody else called
            return Answer(
                seen=f"{what} took {used} off the remaining calls",
                switches={"url_counted": used == 1},
                setting="nothing: Turnbuckle learns what is left from the headers",
            )
    raise NotSettled("the remaining calls do not go down evenly; is somebody else calling, too?")


async def _left_at(ground: ProcoreGround, url: str) -> int | None:
    told = (await ground.calls.hop(url, bearer=True)).headers.get(_REMAINING, "")
    return int(told) if told.isdecimal() else None


async def _remaining(ground: ProcoreGround) -> int:
    told = (await ground.index()).headers.get(_REMAINING, "")
    if not told.isdecimal():
        raise NotSettled("the answer carries no X-Rate-Limit headers")
    return int(told)


async def _lifetime(ground: ProcoreGround) -> Answer:
    if ground.wait < timedelta(seconds=_LIVES[0] + _SLACK):
        raise NotSettled("it takes a wait of 11 or of 61 minutes; ask again with --wait MINUTES")
    url, waited = await _some_address(ground, "watched.txt"), 0.0
    for life in _LIVES:
        for moment in (life - _SLACK, life + _SLACK):
            if timedelta(seconds=moment) > ground.wait:
                raise NotSettled(f"the address still works after {waited / 60:.0f} min")
            await ground.clock.sleep(moment - waited)
            waited = moment
            status = await ground.calls.reach(url, bearer=True)
            if status != 200:
                return _ended(status, life, exact=moment > life)
    return Answer(
        seen=f"the address still works after {waited / 60:.0f} min",
        switches={"url_seconds": None},
        setting=_LIFE,
    )


_LIFE = "nothing: an address that ended is asked for anew"


def _ended(status: int, life: int, *, exact: bool) -> Answer:
    switches: dict[str, Value] = {"url_expired_status": status}
    if exact:
        switches["url_seconds"] = life
    when = f"after {life // 60} min" if exact else f"before {life // 60} min were over"
    return Answer(seen=f"the address ended {when} with {status}", switches=switches, setting=_LIFE)


async def _binned(ground: ProcoreGround) -> Answer:
    file = await ground.file("binned.txt")
    row_or_nothing(await ground.delete(FILES, file["id"]))
    status = await ground.calls.reach(_address(file), bearer=True)
    if status not in {200, 403, 404, 410}:
        raise NotSettled(f"the address of a deleted file answers {status}")
    return Answer(
        seen=f"the address of a file that was just deleted answers {status}",
        switches={"binned_content": status == 200},
        setting="nothing: what cannot be read in the bin is told",
    )


CHECKS: tuple[Check[ProcoreGround], ...] = (
    Check(
        name="file-address",
        question="Does the address of a file want our token?",
        ask=_bearer,
        calls=2,
        settles=("url_needs_bearer",),
    ),
    Check(
        name="download-counted",
        question="Do downloads count in the limits?",
        ask=_counted,
        calls=2 + 2 * _TRIES,
        settles=("url_counted",),
    ),
    Check(
        name="address-life",
        question="How long does the address of a file work, and what does it answer then?",
        ask=_lifetime,
        calls=2,
        settles=("url_seconds", "url_expired_status"),
    ),
)

WRITING: tuple[Check[ProcoreGround], ...] = (
    Check(
        name="empty-file",
        question="Is a file of 0 bytes taken?",
        ask=_empty,
        calls=3,
        settles=("empty_uploads",),
        writes=True,
    ),
    Check(
        name="attach-twice",
        question="Can one upload become two files?",
        ask=_twice,
        calls=3,
        settles=("attach_twice",),
        writes=True,
    ),
    Check(
        name="largest-file",
        question="How large may a file be in one piece?",
        ask=_largest,
        calls=len(_SIZES),
        settles=("largest_upload",),
        writes=True,
    ),
    Check(
        name="binned-content",
        question="Can a file be read that lies in the bin?",
        ask=_binned,
        calls=3,
        settles=("binned_content",),
        writes=True,
    ),
)
