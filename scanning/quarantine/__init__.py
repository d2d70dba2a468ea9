"""The pages on held files: what one may do, and what waits for a decision."""
