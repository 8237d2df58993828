"""sample: the construction project "Harbour Tower", written by code and the same every time."""
