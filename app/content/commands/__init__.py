"""The one write path: every change of the paper is a function here, run inside one transaction."""
