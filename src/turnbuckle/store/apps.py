"""The store as Django's application; every migrated database has the default organisation."""

from django.apps import AppConfig
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate

from turnbuckle.store.storable import mend_values

DEFAULT_ORGANISATION = "default"


def _make_default_organisation(using: str, **_: object) -> None:
    from turnbuckle.store.models import Organisation  # models load after the applications

    Organisation.objects.using(using).get_or_create(name=DEFAULT_ORGANISATION)


def _mend_what_comes_in(connection: BaseDatabaseWrapper, **_: object) -> None:
    if mend_values not in connection.execute_wrappers:
        connection.execute_wrappers.append(mend_values)


class StoreConfig(AppConfig):
    """Registers the store under the label `store`."""

    name = "turnbuckle.store"
    label = "store"

    def ready(self) -> None:
        """Ask to hear of migrations, and see what goes to the database."""
        connection_created.connect(_mend_what_comes_in)
        post_migrate.connect(_make_default_organisation, sender=self)
