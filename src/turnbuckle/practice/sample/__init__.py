"""The sample construction project "Harbour Tower", written by code and the same every time."""
