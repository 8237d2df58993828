"""ports: the promises. Protocols that rooms above keep, and the errors. Imports only `model`."""
