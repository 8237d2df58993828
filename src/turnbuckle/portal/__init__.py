"""portal: doors for other machines. Webhooks in, answered within milliseconds; checks, records,
nudges."""
