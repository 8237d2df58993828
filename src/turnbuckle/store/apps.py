"""The store as Django's application; every migrated database has the default organisation."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

DEFAULT_ORGANISATION = "default"


def _make_default_organisation(using: str, **_: object) -> None:
    from turnbuckle.store.models import Organisation  # models load after the applications

    Organisation.objects.using(using).get_or_create(name=DEFAULT_ORGANISATION)


class StoreConfig(AppConfig):
    """Registers the store under the label `store`."""

    name = "turnbuckle.store"
    label = "store"

    def ready(self) -> None:
        """Ask to hear of migrations."""
        post_migrate.connect(_make_default_organisation, sender=self)
