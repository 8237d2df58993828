"""procore: a Procore to try things on. It keeps companies, projects and their Documents and
Photos in memory, file bytes on disk, and answers as the contract says; every point that no public
source settles is a switch. Imports only `practice`.
"""
