"""A column of JSON whose texts every database can hold; see `storable`."""

from typing import Any

from django.db import models

from turnbuckle.store.storable import storable_json


class JsonColumn(models.JSONField):
    """Django's column, filled with what PostgreSQL takes as well; migrations know no other."""

    def get_prep_value(self, value: Any) -> Any:
        """Mend a value on its way into the database."""
        return super().get_prep_value(storable_json(value))

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """Describe the column as the one that it is in the database."""
        name, _, arguments, named = super().deconstruct()
        return name, "django.db.models.JSONField", [*arguments], named
