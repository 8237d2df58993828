"""connectors: one folder per remote, each alone, all behind `ports.Connector`.

Imports only `transport`, `ports` and `model`.
"""
