"""playing: a person of the sample company at work, over plain HTTP like everybody else.

The people's pages, the scripted working day and the independent comparison act through this. It
knows the services' documented calls and nothing else: neither their objects nor our connectors.
"""
