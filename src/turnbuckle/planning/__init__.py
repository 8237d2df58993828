"""planning: pure. Decides, never acts: three trees in, one plan out. Imports only `model`."""
