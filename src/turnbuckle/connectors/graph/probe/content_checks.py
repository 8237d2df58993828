"""How bytes come in: upload sessions, and what the library makes of a file afterwards."""

from dataclasses import dataclass, field

from turnbuckle.connectors.graph.probe import samples
from turnbuckle.connectors.graph.probe.ground import GraphGround, Row
from turnbuckle.model.hashes import QuickXor
from turnbuckle.ports.probe import Answer, Check, NotSettled, Value
from turnbuckle.transport.raw_calls import row, shown

_POLLS = (2.0, 5.0, 15.0, 30.0)
"""Seconds after the uploads at which they are looked at."""
_KINDS = (".docx", ".html", ".pdf", ".xlsx")
"""The kinds that the simulator rewrites, as far as they are tried."""
_PLAIN = ".txt"
_DUMMY = {"Authorization": "Bearer this-is-no-token"}


async def _default_conflict(ground: GraphGround) -> Answer:
    await ground.file("taken.txt")
    reply = await ground.begin(f"{ground.child('taken.txt')}:")
    if reply.status == 409:
        return _default("fail", f"a session for a taken name answers {shown(reply)}")
    sent = await ground.send(session := row(reply), b"other")
    if sent.status == 409:
        await ground.cancel(session)
    elif sent.status not in {200, 201}:
        raise NotSettled(f"the fragment answers {shown(sent)}")
    elif row(sent).get("name") != "taken.txt":
        raise NotSettled(f"the file was renamed: {row(sent).get('name')!r}")
    conflict = "fail" if sent.status == 409 else "replace"
    return _default(conflict, f"a session for a taken name is given, its file {shown(sent)}")


def _default(conflict: str, seen: str) -> Answer:
    return Answer(
        seen=seen,
        switches={"session_default_conflict": conflict},
        setting="nothing: Turnbuckle always says what a clash means",
    )


async def _told_at(ground: GraphGround) -> Answer:
    await ground.file("clash.txt")
    reply = await ground.begin(f"{ground.child('clash.txt')}:", "fail")
    if reply.status == 409:
        return _clash("create", f"it is told when the session is asked for: {shown(reply)}")
    sent = await ground.send(session := row(reply), b"other")
    if sent.status != 409:
        raise NotSettled(f"a session with `fail` for a taken name ends with {shown(sent)}")
    await ground.cancel(session)
    return _clash("last", f"it is told at the last fragment: {shown(sent)}")


def _clash(when: str, seen: str) -> Answer:
    return Answer(seen=seen, switches={"session_conflict_told_at": when})


async def _if_match(ground: GraphGround) -> Answer:
    file = await ground.file("guarded.txt")
    tag = str((await ground.look(file["id"]))["eTag"])
    reply = await ground.begin(ground.item(file["id"]), "replace", {"If-Match": tag})
    if reply.status not in {200, 409, 412}:
        raise NotSettled(f"a session with the right If-Match answers {shown(reply)}")
    if reply.status == 200:
        await ground.cancel(row(reply))
    return Answer(
        seen=f"a session with the right If-Match answers {shown(reply)}",
        switches={"session_if_match_always_fails": reply.status == 412},
    )


async def _office_session(ground: GraphGround) -> Answer:
    file = await ground.file("letter.docx", samples.letter())
    session = row(await ground.begin(ground.item(file["id"]), "replace"))
    sent = await ground.send(session, samples.letter())
    if sent.status not in {200, 201, 404}:
        raise NotSettled(f"replacing an Office file answers {shown(sent)}")
    return Answer(
        seen=f"the first fragment over an Office file answers {shown(sent)}",
        switches={"office_session_lost_once": sent.status == 404},
        setting="nothing: Turnbuckle asks for a second session",
    )


async def _storage_token(ground: GraphGround) -> Answer:
    session = row(await ground.begin(f"{ground.child('token.txt')}:", "replace"))
    sent = await ground.send(session, b"probe", _DUMMY)
    if sent.status == 401:
        await ground.cancel(session)
    elif sent.status not in {200, 201}:
        raise NotSettled(f"a fragment with an Authorization header answers {shown(sent)}")
    return Answer(
        seen=f"a fragment with an Authorization header (no token of ours) answers {sent.status}",
        switches={"storage_refuses_tokens": sent.status == 401},
        setting="nothing: Turnbuckle sends no token to storage",
    )


@dataclass(slots=True)
class _Sent:
    """A file as it was sent, and what became of it; times in seconds after the upload."""

    data: bytes
    replied: Row
    rewritten_at: float | None = None
    bumped_at: float | None = None
    hashless: bool = field(init=False)

    def __post_init__(self) -> None:
        self.hashless = _hash(self.replied) is None
        self.see(self.replied, 0.0)

    def see(self, now: Row, seconds: float) -> None:
        """Take note of how the file is shown."""
        told = _hash(now)
        differs = now.get("size") != len(self.data) or (
            told is not None and told != _hash_of(self.data)
        )
        if differs and self.rewritten_at is None:
            self.rewritten_at = seconds
        bumped = now.get("eTag") != self.replied.get("eTag")
        if bumped and not differs and self.bumped_at is None:
            self.bumped_at = seconds


def _hash(item: Row) -> str | None:
    hashes = (item.get("file") or {}).get("hashes") or {}
    return hashes.get("quickXorHash")


def _hash_of(data: bytes) -> str:
    running = QuickXor()
    running.update(data)
    return running.text().partition(":")[2]


async def _after_upload(ground: GraphGround) -> Answer:
    folder = await ground.folder("after an upload")
    contents = {
        ".docx": samples.letter(),
        ".xlsx": samples.table(),
        ".pdf": samples.drawing(),
        ".html": samples.page(),
        _PLAIN: b"plain words\n",
        ".dwg": b"AC1032 and whatever follows",
    }
    sent = {
        suffix: _Sent(data, await ground.file(f"probe{suffix}", data, folder["id"]))
        for suffix, data in contents.items()
    }
    passed = 0.0
    for moment in _POLLS:
        await ground.clock.sleep(moment - passed)
        passed = moment
        listed = row(await ground.get(f"{ground.item(folder['id'])}/children"))["value"]
        by_id = {each["id"]: each for each in listed}
        for each in sent.values():
            each.see(by_id[each.replied["id"]], moment)
    return _after(sent)


def _after(sent: dict[str, _Sent]) -> Answer:
    rewritten = {name: at for name, each in sent.items() if (at := each.rewritten_at) is not None}
    bumped = sent[_PLAIN].bumped_at
    hashless = sorted(name for name, each in sent.items() if each.hashless)
    switches: dict[str, Value] = {
        "tag_bump_after_seconds": bumped,
        "hash_missing_suffixes": hashless,
        "rewrite_after_seconds": max(rewritten.values(), default=None),
    }
    if rewritten:
        usual = rewritten.keys() == set(_KINDS)
        switches["rewritten_suffixes"] = None if usual else sorted(rewritten)
    told = ", ".join(f"{name} within {at:.0f} s" for name, at in rewritten.items())
    seen = f"rewritten: {told or f'nothing within {_POLLS[-1]:.0f} s'}"
    seen += f"; without a hash at first: {', '.join(hashless) or 'none'}; the eTag of a plain file "
    seen += "stays" if bumped is None else f"changes by itself within {bumped:.0f} s"
    return Answer(
        seen=seen,
        switches=switches,
        setting="nothing: Turnbuckle takes what the library reports as its own work",
    )


CHECKS: tuple[Check[GraphGround], ...] = (
    Check(
        name="session-default",
        question="What does an upload session do that does not say what a clash means?",
        ask=_default_conflict,
        calls=2,
        settles=("session_default_conflict",),
        writes=True,
    ),
    Check(
        name="session-clash",
        question="When does an upload session tell that a name is taken?",
        ask=_told_at,
        calls=2,
        settles=("session_conflict_told_at",),
        writes=True,
    ),
    Check(
        name="session-if-match",
        question="Is the right If-Match taken for an upload session?",
        ask=_if_match,
        calls=3,
        settles=("session_if_match_always_fails",),
        writes=True,
    ),
    Check(
        name="office-session",
        question="Is the first session over an Office file lost?",
        ask=_office_session,
        calls=2,
        settles=("office_session_lost_once",),
        writes=True,
    ),
    Check(
        name="storage-token",
        question="Does storage refuse a fragment with an Authorization header?",
        ask=_storage_token,
        calls=1,
        settles=("storage_refuses_tokens",),
        writes=True,
    ),
    Check(
        name="after-upload",
        question="What does the library change in a file after its upload, and when?",
        ask=_after_upload,
        calls=1 + 6 + len(_POLLS),
        settles=(
            "rewrite_after_seconds",
            "rewritten_suffixes",
            "tag_bump_after_seconds",
            "hash_missing_suffixes",
        ),
        writes=True,
    ),
)
