"""procore: a Procore project's tools as trees of items.

Signing in, checking a project, and one file for each tool below `tools`.
"""
