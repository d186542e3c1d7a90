"""What notebooks show: sections of the documents and the start page."""
