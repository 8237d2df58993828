"""memory: the remote the engine's tests use; it keeps the same contract as the others."""
