"""Words, charts, the page and the server: they show a published run and compute no statistics."""
