"""The former address of `server`, until nobody imports it from here any more."""

from turnbuckle.practice.microsoft.server import APP_NAME, APP_SECRET, PracticeMicrosoft

__all__ = ["APP_NAME", "APP_SECRET", "PracticeMicrosoft"]
