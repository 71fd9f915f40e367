"""Write functions: every change is a function here that runs inside one transaction."""
