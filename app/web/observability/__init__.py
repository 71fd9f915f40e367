"""What the operator sees: metrics, readiness, the request log and its redaction."""
