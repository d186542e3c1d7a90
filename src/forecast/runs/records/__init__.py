"""What a run leaves: its identity, its manifest with every hash, the checks it must pass."""
