"""More companies, projects and people in practice Procore."""

from turnbuckle.practice.panel.deeds import Ask, Deed, Facts, Option
from turnbuckle.practice.panel.newcomers import NAME, Enrol, checked_name, enrolled
from turnbuckle.practice.panel.values import Kind
from turnbuckle.practice.procore.server import PracticeProcore

_NUMBER = Ask(name="number", label="Number, may be empty", kind=Kind(name="text", optional=True))


class ProcoreMaking:
    """The deeds that make something.

    Args:
        procore: where.
        enrol: gives somebody an account on both services.
    """

    def __init__(self, procore: PracticeProcore, enrol: Enrol) -> None:
        self._procore = procore
        self._enrol = enrol

    def deeds(self) -> list[Deed]:
        """All of them."""
        company = Ask(name="company", label="Company", options=self._companies)
        return [
            Deed(
                key="company",
                title="A company",
                meaning="With all the people, and the app installed",
                asks=(NAME,),
                act=self._make_company,
            ),
            Deed(
                key="project",
                title="A project",
                meaning="With empty Documents and Photos",
                asks=(NAME, company, _NUMBER),
                act=self._make_project,
            ),
            Deed(
                key="person",
                title="A person",
                meaning="With an account on both services, and in that company; Standard at first",
                asks=(NAME, company),
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
        made = enrolled(self._enrol, given["name"])
        who = next(one for one in self._procore.people if one.key == made["person"])
        self._procore.set_member(who, False)
        self._procore.set_member(who, True, int(given["company"]))
        return made
