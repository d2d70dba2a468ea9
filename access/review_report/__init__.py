"""The report of an access review on paper: what it says, and how it is laid out."""
