"""Who may call and how often: credentials, scopes, rate limits, parameter checks."""
