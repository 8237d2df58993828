"""How much Microsoft 365 takes, as numbers a test can change; None switches a limit off."""

from dataclasses import dataclass
from typing import Self

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB

_TIERS = (  # licences up to, units of an app a minute, a day, of the tenant in five minutes
    (1_000, 1_250, 1_200_000, 18_750),
    (5_000, 2_500, 2_400_000, 37_500),
    (15_000, 3_750, 3_600_000, 56_250),
    (50_000, 5_000, 4_800_000, 75_000),
    (None, 6_250, 6_000_000, 93_750),
)
_THROTTLING = (
    "app_units_a_minute",
    "app_units_a_day",
    "tenant_units_in_five_minutes",
    "user_requests_in_five_minutes",
)


@dataclass(slots=True, kw_only=True)
class GraphLimits:
    """Limits of rate, size and life. Defaults: the smallest tenant, as the fact sheet says."""

    app_units_a_minute: int | None = 1_250
    app_units_a_day: int | None = 1_200_000
    tenant_units_in_five_minutes: int | None = 18_750
    user_requests_in_five_minutes: int | None = 3_000
    headers_from_share: float = 0.8  # of the minute, from which RateLimit headers are sent

    quota_bytes: int | None = 25 * 1024 * GIB
    small_put_bytes: int = 262_144_000
    file_bytes: int = 250 * GIB
    fragment_bytes: int = 60 * MIB
    fragment_step_bytes: int = 320 * KIB
    name_characters: int = 255
    path_characters: int = 400
    deleted_channel_days: int = 30  # for so long no other channel of the Team has its name

    subscription_minutes: int = 42_300  # the longest life
    subscriptions_of_library: int | None = 100
    subscriptions_of_site: int | None = 100

    page_items: int = 200
    largest_page_items: int = 1_000

    access_token_seconds: int = 3_599
    refresh_token_seconds: int = 90 * 86_400
    code_seconds: int = 600
    upload_seconds: int = 15 * 60  # moves on with each fragment
    upload_longest_seconds: int = 24 * 3_600
    download_seconds: int = 3_600

    @classmethod
    def for_licences(cls, count: int) -> Self:
        """The limits of a tenant with that many licences."""
        for up_to, minute, day, tenant in _TIERS:
            if up_to is None or count <= up_to:
                return cls(
                    app_units_a_minute=minute,
                    app_units_a_day=day,
                    tenant_units_in_five_minutes=tenant,
                )
        raise AssertionError("the last tier has no upper end")

    @classmethod
    def without_throttling(cls) -> Self:
        """Sizes and lives as ever, and as many calls as anybody likes."""
        made = cls()
        made.set_throttling(False)
        return made

    def set_throttling(self, on: bool) -> None:
        """Count calls as the smallest tenant does, or not at all."""
        usual = type(self)()
        for name in _THROTTLING:
            setattr(self, name, getattr(usual, name) if on else None)
