"""probe: questions to a live Procore that no public source answers, one file for each part.

The documents' scratch folder, and an album of the same name, are the only places written to.
"""
