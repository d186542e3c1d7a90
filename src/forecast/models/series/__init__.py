"""One annual series: from checked values to sample paths."""
