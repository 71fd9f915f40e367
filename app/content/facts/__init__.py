"""Facts: figures in texts as claims about subjects, and verdicts on them. No SQL, no clock."""
