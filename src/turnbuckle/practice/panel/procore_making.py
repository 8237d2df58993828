"""More companies, projects and people in practice Procore."""

from turnbuckle.practice.panel.deeds import Ask, Deed, Facts, Option
from turnbuckle.practice.panel.values import BadValue, Kind
from turnbuckle.practice.procore.server import PracticeProcore

_LONGEST_NAME = 200
_NAME = Ask(name="name", label="Name")
_NUMBER = Ask(name="number", label="Number, may be empty", kind=Kind(name="text", optional=True))


class ProcoreMaking:
    """The deeds that make something."""

    def __init__(self, procore: PracticeProcore) -> None:
        self._procore = procore

    def deeds(self) -> list[Deed]:
        """All of them."""
        company = Ask(name="company", label="Company", options=self._companies)
        return [
            Deed(
                key="company",
                title="A company",
                meaning="With all the people, and the app installed",
                asks=(_NAME,),
                act=self._make_company,
            ),
            Deed(
                key="project",
                title="A project",
                meaning="With empty Documents and Photos",
                asks=(_NAME, company, _NUMBER),
                act=self._make_project,
            ),
            Deed(
                key="person",
                title="A person",
                meaning="With an account, in that company; Standard where nobody says otherwise",
                asks=(_NAME, company),
                act=self._make_person,
            ),
        ]

    def _companies(self) -> list[Option]:
        return [Option(str(one.id), one.name) for one in self._procore.companies]

    def _make_company(self, given: Facts) -> Facts:
        name, procore = checked_name(given["name"]), self._procore
        company_id = procore.add_company(name, tuple(procore.people))
        procore.connect_app(company_id=company_id)
        return {"company_id": company_id, "name": name}

    def _make_project(self, given: Facts) -> Facts:
        name = checked_name(given["name"])
        project_id = self._procore.add_project(
            name, company_id=int(given["company"]), number=given["number"]
        )
        return {"project_id": project_id, "company_id": int(given["company"]), "name": name}

    def _make_person(self, given: Facts) -> Facts:
        try:
            made = self._procore.add_person(checked_name(given["name"]), int(given["company"]))
        except ValueError as taken:
            raise BadValue(str(taken)) from None
        return {"person": made.key, "user_id": made.id, "login": made.login}


def checked_name(said: str) -> str:
    """A name that a person may give.

    Raises:
        BadValue: it is empty, too long, or holds what is no letter.
    """
    name = " ".join(said.split())
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise BadValue(f"a name has 1 to {_LONGEST_NAME} printable characters")
    return name
