"""What the paper means. The only folder that writes SQL: one hall for reads, one for writes."""
