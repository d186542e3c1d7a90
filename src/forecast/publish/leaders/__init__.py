"""The leaders' page: one self-contained document from the published runs."""
