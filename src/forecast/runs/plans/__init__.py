"""Plans: typed parameters, grids, rules of the schedule, read and written strictly."""
