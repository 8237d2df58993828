"""jobs: when links run. Schedule, nudges, the queue; one link's trouble stays its own."""
