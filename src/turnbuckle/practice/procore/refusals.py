"""The answers of a service that says no. Procore has no single shape for them; here are all.

Which shape belongs where: validation has `errors` by field, a plain problem has `errors` as a
sentence, a wrong project or company has `message`, a missing permission has `code` and `message`,
and the settings calls wrap it in `error`.
"""

from collections.abc import Mapping

from turnbuckle.practice.procore.switches import NameTakenBody, ProcoreSwitches


class Refusal(Exception):
    """A call is refused with this status and this body."""

    def __init__(
        self, status: int, body: Mapping[str, object], headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body
        self.headers = headers or {}


def invalid(field: str, problem: str, status: int = 400) -> Refusal:
    """A value that does not pass validation."""
    return Refusal(status, {"errors": {field: [problem]}})


def plain(status: int, sentence: str) -> Refusal:
    """A problem of the call as a whole."""
    return Refusal(status, {"errors": sentence})


def wrong_project() -> Refusal:
    """The project or company is not one of this account."""
    return Refusal(403, {"message": "Invalid Project or Company"})


def not_found(what: str) -> Refusal:
    """The thing is absent, or not visible to this account; nobody can tell which."""
    return Refusal(404, {"message": f"{what} was not found"})


def denied(sentence: str) -> Refusal:
    """The account's level on the tool is too low, or the tool is off."""
    return Refusal(403, {"code": 403, "message": sentence, "fields": None, "reason": None})


def settings_problem(status: int, code: str, sentence: str) -> Refusal:
    """What the settings calls answer."""
    return Refusal(status, {"error": {"code": code, "message": sentence, "details": {}}})


def name_taken(switches: ProcoreSwitches) -> Refusal:
    """Another item of the folder has the name."""
    problem = "has already been taken"
    if switches.name_taken is NameTakenBody.TEXT_400:
        return plain(400, f"name {problem}")
    return invalid("name", problem, 422 if switches.name_taken is NameTakenBody.FIELD_422 else 400)


def checked_out(status: int, file: Mapping[str, object]) -> Refusal:
    """Somebody else has the file checked out; a 409 shows the whole file."""
    problem = "is checked out by another user"
    if status == 409:
        body = {"errors": {"base": [problem]}, "error_type": "checked_out", "file": file}
        return Refusal(409, body)
    return denied(f"The file {problem}") if status == 403 else invalid("base", problem, status)
