"""Who has an account at the practice Procore; companies have their own directories of these."""

from uuid import NAMESPACE_URL, uuid5

from turnbuckle.practice.persons import DOMAIN, PERSONS, Person
from turnbuckle.practice.procore.identifiers import Identifiers


class Directory:
    """All people; those of the sample company are there from the start."""

    def __init__(self, identifiers: Identifiers) -> None:
        self._identifiers = identifiers
        self.all = list(PERSONS)

    def find(self, key: str) -> Person:
        """Give the person of that key, login or full name.

        Raises:
            KeyError: nobody is called that.
        """
        for one in self.all:
            if key.lower() in (one.key, one.login, one.name.lower()):
                return one
        raise KeyError(key)

    def add(self, name: str, domain: str = DOMAIN) -> Person:
        """Give somebody an account; the key is the first name where it is free, else the login's.

        Raises:
            ValueError: the name is empty, or somebody of that name is there.
        """
        words = name.lower().split()
        if not words:
            raise ValueError("a person has a name")
        login = f"{'.'.join(words)}@{domain}"
        if any(login == one.login for one in self.all):
            raise ValueError(f"{login} has an account already")
        taken = {one.key for one in self.all}
        made = Person(
            id=self._identifiers.next(),
            key=words[0] if words[0] not in taken else ".".join(words),
            name=" ".join(name.split()),
            login=login,
            graph_id=str(uuid5(NAMESPACE_URL, f"https://{domain}/people/{login}")),
        )
        self.all.append(made)
        return made
