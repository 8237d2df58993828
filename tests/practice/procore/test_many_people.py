"""Worlds of several companies: who is made there can sign in, and sees what is theirs."""

import pytest
from practice.procore.caller import Caller, World
from practice.procore.test_sign_in import REDIRECT, asked, consent, given, token

from turnbuckle.practice.persons import person
from turnbuckle.practice.procore.company import Level


async def test_a_new_person_signs_in_like_the_others_and_belongs_to_one_company(
    world: World,
) -> None:
    other = world.procore.add_company("Elsewhere <Inc>")
    world.procore.connect_app(company_id=other)
    lea = world.procore.add_person("Lea Marsh", other)

    page = await world.anybody.get("/oauth/authorize", params=asked(world))
    code = given(await consent(world, person=lea.key))["code"][0]
    signed = await token(world, grant_type="authorization_code", code=code, redirect_uri=REDIRECT)
    caller = world.bearer(signed.body["access_token"], Procore_Company_Id=str(other))
    companies = (await caller.get("/rest/v1.0/companies")).body

    assert "Lea Marsh" in page.body
    assert [row["id"] for row in companies] == [other]


@pytest.mark.parametrize("name", ["", "  ", "Ana Ruiz", "ana  ruiz"])
async def test_a_name_that_is_empty_or_taken_makes_nobody(world: World, name: str) -> None:
    with pytest.raises(ValueError, match=r"name|account"):
        world.procore.add_person(name)


async def test_two_people_of_one_first_name_have_keys_of_their_own(world: World) -> None:
    second = world.procore.add_person("Ana Lund")

    assert (second.key, person("ana").name) == ("ana.lund", "Ana Ruiz")
    assert (await world.person("ana.lund")).address == world.procore.address


async def test_projects_of_two_companies_stay_apart(world: World, app: Caller) -> None:
    other = world.procore.add_company("Elsewhere Inc")
    world.procore.add_project("Quay Road", company_id=other)
    lea = world.procore.add_person("Lea Marsh", other)
    world.procore.set_member(lea, False, other)
    caller = await world.person("lea")

    ours = await app.get(f"/rest/v1.1/projects?company_id={world.procore.company_id}")
    theirs = await caller.get(
        f"/rest/v1.1/projects?company_id={other}", headers={"Procore-Company-Id": str(other)}
    )

    assert [row["name"] for row in ours.body] == ["Harbour Tower"]
    assert theirs.status == 403  # she was taken out of the directory again


async def test_a_level_in_one_company_is_none_in_another(world: World) -> None:
    other = world.procore.add_company("Elsewhere Inc", (person("ewa"),))
    world.procore.set_company_level(person("ewa"), Level.READ_ONLY, other)
    ewa = await world.person("ewa")
    folder = {"folder": {"name": "x"}}

    here = await ewa.post(f"/rest/v1.0/companies/{world.procore.company_id}/folders", folder)
    there = await ewa.call(
        "POST",
        f"/rest/v1.0/companies/{other}/folders",
        json=folder,
        headers={"Procore-Company-Id": str(other)},
    )

    assert [here.status, there.status] == [201, 403]
