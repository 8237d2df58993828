"""ports: the promises. Protocols that the rooms above keep, and the errors. Imports only `model`."""
