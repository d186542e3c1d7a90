"""Running a plan: each run in a process and folder of its own, here or on many workers."""
