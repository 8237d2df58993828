"""A person at work in the Documents of a company itself, beside those of its projects."""

from turnbuckle.practice.playing.procore_user import ProcoreUser


class CompanyUser(ProcoreUser):
    """One person in one company; made by `sign_in`."""

    _holder = "company"

    @property
    def _place(self) -> str:
        return f"companies/{self._project}"

    def _at(self, rest: str) -> str:
        return f"/rest/v1.0/{self._place}/{rest}"
