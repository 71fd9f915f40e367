"""What every REST route shares: answer a read, run a write idempotently."""
