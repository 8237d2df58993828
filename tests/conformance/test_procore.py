"""The Procore connector keeps the contract, over HTTP against practice mode's Procore."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from conformance.at_practice import PEOPLE_TOKEN, PracticeColleague, whole
from conformance.at_procore import SMALL_UPLOADS, at_procore
from conformance.connector_contract import ConnectorContract
from conformance.setting import Setting

from turnbuckle.connectors.procore.connector import TOGETHER
from turnbuckle.connectors.procore.items import file_id, folder_id, number_of
from turnbuckle.connectors.procore.project import WholeCompany
from turnbuckle.connectors.procore.together import Together
from turnbuckle.connectors.procore.tools.documents import Documents
from turnbuckle.connectors.procore.tools.photos import Photos
from turnbuckle.practice.persons import PERSONS
from turnbuckle.practice.playing.calls import Calls
from turnbuckle.practice.playing.seen import Seen
from turnbuckle.practice.procore.switches import ProcoreSwitches

COMPANY = "the company's own"
VARIANTS: dict[str, dict[str, Any]] = {
    "exact names": {"case_blind": False, "clean_names": False},
    "likely": {},
    TOGETHER: {},
    COMPANY: {},
    "contrary": {
        "case_blind": False,
        "share_names": True,
        "checked_out_patch": 403,
        "checked_out_version": 409,
        "touches_item": False,
        "touches_descendants": True,
        "bin_in_index": False,
        "url_needs_bearer": False,
        "newest_version_first": False,
        "documents_per_page": 3,
        "clean_names": False,
    },
}


class TestProcore(ConnectorContract):
    @pytest.fixture(params=list(VARIANTS))
    async def setting(
        self, request: pytest.FixtureRequest, tmp_path: Path
    ) -> AsyncIterator[Setting]:
        variant = VARIANTS[request.param]
        switches = ProcoreSwitches(**variant)
        async with at_procore(tmp_path, variant) as at:
            in_company = request.param == COMPANY
            holder = WholeCompany(at.project.company) if in_company else at.project
            person = at.in_company if in_company else at.person
            tree = (
                at.service.company_documents()
                if in_company
                else at.service.documents(at.project.id)
            )
            root = tree.add_folder(tree.root_id, "Conformance", PERSONS[0])
            company = {"Procore-Company-Id": str(at.project.company)}
            calls = await Calls.signed_in(at.service.address, PEOPLE_TOKEN, "ana", company)

            async def check_out(seen: Seen) -> None:
                until = at.clock.now() + timedelta(hours=12)
                await person.check_out(seen, until.isoformat())

            async def versions(item: str) -> list[bytes]:
                query = "&".join(f"{name}={value}" for name, value in holder.query.items())
                file = await calls.json("GET", f"{holder.at(f'files/{item}')}?{query}")
                return [await whole(calls, version["url"]) for version in file["file_versions"]]

            sizes = SMALL_UPLOADS if request.param == "contrary" else {}
            documents = Documents(at.wire, holder, at.own_user, **sizes)
            together = Together(documents, Photos(at.wire, at.project, at.own_user))
            yield Setting(
                connector=together if request.param == TOGETHER else documents,
                root=folder_id(root),
                people=PracticeColleague(
                    person,
                    at.clock,
                    check_out,
                    versions,
                    to_ours=lambda item, is_folder: (folder_id if is_folder else file_id)(
                        int(item)
                    ),
                    to_theirs=lambda item: str(number_of(item)[1]),
                ),
                unknown_file=file_id(999_999_999),
                unknown_folder=folder_id(999_999_999),
                secrets=at.secrets,
                case_blind=switches.case_blind,
                cleans_names=switches.clean_names,
                tells_moves=switches.touches_item,
            )
            await calls.close()
