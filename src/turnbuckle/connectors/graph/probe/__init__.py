"""probe: questions to a live Microsoft 365 that no source settles, one file for each part.

One scratch folder in the destination is the only place written to.
"""
