"""GraphQL documents before execution: parsing, limits, validation, cost, projection."""
