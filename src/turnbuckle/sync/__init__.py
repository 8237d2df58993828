"""sync: one run of one link. Observe, plan, apply; retry, journal, recover, preview, report."""
