"""Troubles with an account or a project of practice Procore, until somebody calls them off."""

from collections.abc import Callable, Sequence

from turnbuckle.practice.panel.deeds import Ask, Deed, Facts, Lasting, Option
from turnbuckle.practice.panel.values import TEXT, BadValue, whole
from turnbuckle.practice.persons import Person
from turnbuckle.practice.procore.company import Level, Project
from turnbuckle.practice.procore.nodes import Node
from turnbuckle.practice.procore.server import PracticeProcore

_LONGEST_HOURS = 24 * 7


class ProcoreTroubles:
    """The deeds that take tokens, rights, tools, projects and files away."""

    def __init__(self, procore: PracticeProcore) -> None:
        self._procore = procore

    def deeds(self) -> list[Deed]:
        """All of them."""
        return [*self._of_the_app(), *self._of_a_project(), *self._of_an_item()]

    def _of_the_app(self) -> list[Deed]:
        tokens = self._procore.tokens
        client = self._procore.client_id
        return [
            Deed(
                key="expire_access",
                title="Access tokens expire",
                meaning="Now, for all who connected; refresh tokens stay",
                act=lambda _: tokens.expire_access(client),
            ),
            Deed(
                key="use_up_refresh",
                title="Refresh tokens are used up",
                meaning="Now; when the access token ends, somebody has to sign in again",
                act=lambda _: tokens.use_up_refresh(client),
            ),
            Deed(
                key="revoke_tokens",
                title="All tokens are revoked",
                meaning="Now; somebody has to sign in again",
                act=lambda _: self._procore.revoke_tokens(),
            ),
            Deed(
                key="disconnect",
                title="The app is disconnected",
                meaning="An admin of the company took the app away",
                act=self._disconnect,
            ),
        ]

    def _of_a_project(self) -> list[Deed]:
        procore = self._procore
        who = Ask(name="who", label="Who", options=self._people)
        level = Ask(name="level", label="Level on Documents", options=level_options)
        return [
            self._switched("documents_off", "Documents is switched off", procore.set_documents_on),
            self._switched("photos_off", "Photos is switched off", procore.set_photos_on),
            self._switched("inactive", "The project is inactive", procore.set_active),
            Deed(
                key="shut_out",
                title="Somebody is taken out of the project",
                meaning="Out of its directory: 403",
                asks=(self._project_ask, who),
                act=self._shut_out,
            ),
            Deed(
                key="level",
                title="Somebody has another level",
                meaning="On Documents of the project, and the tools beside it",
                asks=(self._project_ask, who, level),
                act=self._set_level,
            ),
        ]

    def _of_an_item(self) -> list[Deed]:
        path = Ask(name="path", label="Path, such as Drawings/A-101.pdf", kind=TEXT)
        holder = Ask(name="who", label="By whom", options=self._people)
        hours = Ask(name="hours", label="Hours", kind=whole(1, _LONGEST_HOURS), default=24)
        return [
            Deed(
                key="checked_out",
                title="A file is checked out",
                meaning="Others cannot write to it",
                asks=(self._project_ask, path, holder, hours),
                act=self._check_out,
            ),
            Deed(
                key="private",
                title="An item is private",
                meaning="Only Admins and whoever made it see it, and what is below it",
                asks=(self._project_ask, path),
                act=self._make_private,
            ),
        ]

    def _switched(self, key: str, title: str, switch: Callable[[int, bool], None]) -> Deed:
        def act(given: Facts) -> Lasting:
            project = int(given["project"])
            switch(project, False)
            return Lasting(lambda: switch(project, True))

        return Deed(
            key=key,
            title=title,
            meaning="By an admin of the project",
            asks=(self._project_ask,),
            act=act,
        )

    def _disconnect(self, _: Facts) -> Lasting:
        self._procore.disconnect_app()
        return Lasting(self._procore.connect_app)

    def _shut_out(self, given: Facts) -> Lasting:
        project, who = int(given["project"]), self._person(given["who"])
        self._procore.set_open(project, who, False)
        return Lasting(lambda: self._procore.set_open(project, who, True))

    def _set_level(self, given: Facts) -> Lasting:
        project, who = self._project(given), self._person(given["who"])
        before = project.level(who)
        self._procore.set_level(project.id, who, level_called(given["level"]))
        return Lasting(lambda: self._procore.set_level(project.id, who, before))

    def _check_out(self, given: Facts) -> Lasting:
        tree, node = self._project(given).documents, self._node(given)
        if node.is_folder:
            raise BadValue("only a file can be checked out")
        until = tree.now() + int(given["hours"]) * 3600
        tree.check_out(node, self._person(given["who"]), until)
        return Lasting(lambda: tree.check_out(node, None))

    def _make_private(self, given: Facts) -> Lasting:
        tree, node = self._project(given).documents, self._node(given)
        tree.set_private(node, True)
        return Lasting(lambda: tree.set_private(node, False))

    # What can be chosen

    @property
    def _project_ask(self) -> Ask:
        return Ask(name="project", label="Project", options=lambda: project_options(self._procore))

    def _people(self) -> Sequence[Option]:
        return [Option(one.key, one.name) for one in self._everybody]

    def _person(self, key: str) -> Person:
        return next(one for one in self._everybody if one.key == key)

    @property
    def _everybody(self) -> Sequence[Person]:
        return self._procore.service_account, *self._procore.people

    def _project(self, given: Facts) -> Project:
        return next(one for one in _projects(self._procore) if str(one.id) == given["project"])

    def _node(self, given: Facts) -> Node:
        tree = self._project(given).documents
        node = tree.nodes[tree.root_id]
        for name in (part for part in given["path"].split("/") if part):
            children = (tree.nodes[child] for child in (*node.folders, *node.files))
            found = next((child for child in children if child.name == name), None)
            if found is None or found.is_bin:
                raise BadValue(f"there is no {given['path']!r:.200} in the project")
            node = found
        if node.parent is None:
            raise BadValue("path names an item, not the project itself")
        return node


def project_options(procore: PracticeProcore) -> list[Option]:
    """All projects of all companies, to choose from."""
    return [Option(str(one.id), f"{one.name} ({one.company.name})") for one in _projects(procore)]


def level_options() -> list[Option]:
    """All levels, to choose from."""
    return [Option(one.label, one.label) for one in Level]


def level_called(label: str) -> Level:
    """The level of that name."""
    return next(one for one in Level if one.label == label)


def _projects(procore: PracticeProcore) -> list[Project]:
    return [project for company in procore.companies for project in company.projects.values()]
