"""practice: a Procore and a Microsoft to try things on. They imitate the two remotes over HTTP on
this machine alone, and share no code with the connectors. Imports no other room of ours.
"""
