"""connectors: one folder per remote behind `ports.Connector`, each alone."""
