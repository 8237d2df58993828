"""practice.microsoft: a Microsoft 365 of our own, for tests and the demo.

Sign-in, Graph and the SharePoint storage host, as the Graph fact sheet says they behave. Starts
with `service.PracticeMicrosoft`. Imports no other room of ours and shares no code with the
connectors, so that it cannot share their mistakes.
"""
