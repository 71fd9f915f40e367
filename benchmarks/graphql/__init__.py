"""The GraphQL workload: its query, its yardsticks, and how their answers are held together."""
