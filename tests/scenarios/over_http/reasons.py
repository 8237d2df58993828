"""Rows that cannot be played over HTTP, each with the one reason, for the table."""

REASONS: dict[str, str] = {}
