"""microsoft: a Microsoft 365 of our own, for tests and the demo. Sign-in, Graph and the SharePoint
storage host, as the Graph fact sheet says they behave; every point that no public source settles
is a switch. Begins with `server.PracticeMicrosoft`. Imports only `practice`.
"""
