"""model: pure data. Names, items, trees, plans, policies, capabilities. Imports nothing of ours."""
