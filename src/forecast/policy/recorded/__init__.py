"""What a run records and the apps read: tables, the summary, the ingredients of the try-out."""
