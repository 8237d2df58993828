"""panel: where a person makes a practice service fail, behave otherwise, or grow.

One page for each service, and the same as JSON for tests: switches, limits, faults, the clock, more
projects and channels, the last requests. Only for who has the start-up token.
"""
