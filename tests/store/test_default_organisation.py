import pytest

from turnbuckle.store.models import Organisation


@pytest.mark.django_db
def test_a_migrated_database_has_the_default_organisation() -> None:
    assert list(Organisation.objects.values_list("name", flat=True)) == ["default"]
