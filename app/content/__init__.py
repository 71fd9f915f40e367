"""Domain logic, and the only package that writes SQL: `queries` read, `commands` write."""
