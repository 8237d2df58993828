"""graph: any drive of Microsoft 365. Teams channels, SharePoint libraries, OneDrive.

Imports only `transport`, `ports` and `model`.
"""
