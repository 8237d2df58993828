"""actions: what a person may do. One file per noun; checks, changes, notes who did it."""
