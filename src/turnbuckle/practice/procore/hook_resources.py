"""Of what Procore tells by webhook: the resources of projects and of companies, and their events.

Practice mode lists them all, as a hook may be set up for any; it tells of those that it has, which
are files, versions, folders, photos, albums and projects. Source: section 13 of the fact sheet.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class EventType(StrEnum):
    """What happened to something."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class Scope(StrEnum):
    """Whose things a hook hears of."""

    PROJECT = "project"
    COMPANY = "company"


ALL = tuple(EventType)
_NO_DELETE = (EventType.CREATE, EventType.UPDATE)

PROJECT_FILES = "Project Files"
PROJECT_FILE_VERSIONS = "Project File Versions"
PROJECT_FOLDERS = "Project Folders"
IMAGES = "Images"
IMAGE_CATEGORIES = "Image Categories"
COMPANY_FILES = "Company Files"
COMPANY_FILE_VERSIONS = "Company File Versions"
COMPANY_FOLDERS = "Company Folders"
PROJECTS = "Projects"

_OF_PROJECTS: dict[str, tuple[str, ...]] = {
    "Documents": (PROJECT_FILES, PROJECT_FILE_VERSIONS, PROJECT_FOLDERS, "File Versions"),
    "Photos": (IMAGES, IMAGE_CATEGORIES),
    "Daily Log": (
        "Daily Logs", "Daily Log/Entries", "Accident Logs", "Call Logs",
        "Daily Construction Report Logs", "Delivery Logs", "Dumpster Logs", "Equipment Logs",
        "Inspection Logs", "Manpower Logs", "Notes Logs", "Plan Revision Logs",
        "Productivity Logs", "Quantity Logs", "Safety Violation Logs", "Visitor Logs",
        "Waste Logs", "Weather Logs", "Work Logs",
    ),
    "Timesheets": ("Timecard Entries",),
    "RFIs": ("RFIs", "RFI Replies"),
    "Submittals": ("Submittals", "Submittal Packages"),
    "Drawings": ("Drawings", "Drawing Sets", "Drawing Uploads", "Drawing Areas"),
    "Specifications": (
        "Specification Sections", "Specification Section Revisions", "Specification Sets",
        "Specification Areas", "Specification Section Divisions",
    ),
    "Meetings": ("Meetings",),
    "Forms": ("Forms",),
    "Punch List": ("Punch Items",),
    "Observations": ("Observation Items",),
    "Incidents": ("Incidents",),
    "Inspections": ("Inspection Checklists",),
    "Models": ("BIM Models",),
    "Coordination Issues": ("Coordination Issues",),
    "Correspondence": ("Generic Tool Items",),
    "Locations": ("Locations",),
}  # fmt: skip
_OF_COMPANIES: dict[str, tuple[str, ...]] = {
    "Documents": (COMPANY_FILES, COMPANY_FILE_VERSIONS, COMPANY_FOLDERS),
    "Portfolio": (PROJECTS,),
    "Directory": ("Company Users",),
    "Admin": ("Trades",),
}
_WITHOUT_DELETE = frozenset(
    {"Weather Logs", "Specification Sections", "Inspection Checklists", PROJECTS}
)


@dataclass(frozen=True, slots=True)
class Resource:
    """Something of which a hook may be told."""

    tool: str
    name: str
    events: tuple[EventType, ...]


def _listed(tools: dict[str, tuple[str, ...]]) -> dict[str, Resource]:
    return {
        name: Resource(tool, name, _NO_DELETE if name in _WITHOUT_DELETE else ALL)
        for tool, names in tools.items()
        for name in names
    }


RESOURCES: dict[Scope, dict[str, Resource]] = {
    Scope.PROJECT: _listed(_OF_PROJECTS),
    Scope.COMPANY: _listed(_OF_COMPANIES),
}
"""All resources by scope and name."""

PAYLOAD_VERSIONS = {"v2": "v2.0", "v2.0": "v2.0", "v3.0": "v3.0", "v4.0": "v4.0"}
"""The names of payload versions that a hook may ask for, and what each is in full."""

LISTED_VERSIONS = ("v2.0", "v3.0", "v4.0")


def resource_row(resource: Resource, payload_version: str) -> dict[str, Any]:
    """A resource as the second version of the API lists it."""
    return {
        "category": "Project Management",
        "tool": resource.tool,
        "name": resource.name,
        "payload_version": payload_version,
        "actions": [str(event) for event in resource.events],
    }


def old_resource_row(resource: Resource) -> dict[str, Any]:
    """A resource as the first version lists it."""
    row: dict[str, Any] = {
        "api_version": "v2",
        "product_category": "Project Management",
        "tools": resource.name,
        "except": [str(event) for event in ALL if event not in resource.events],
    }
    return row | {str(event): str(event in resource.events).lower() for event in ALL}
