"""turnbuckle: keeps a construction project's files in step between Procore and Microsoft Teams."""
