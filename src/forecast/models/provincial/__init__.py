"""From the nation to the province: readings, the bridge, components of a merged territory."""
