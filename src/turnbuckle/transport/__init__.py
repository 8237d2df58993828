"""transport: HTTP once for all remotes. Addresses, budgets, tokens, calls and content streams.

Imports only `ports` and `model`.
"""
