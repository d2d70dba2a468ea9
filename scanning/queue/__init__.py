"""The state of the scanning at one glance."""
