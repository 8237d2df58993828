"""wiring: puts the parts together. Settings from the environment; the one room that names concrete
connectors."""
