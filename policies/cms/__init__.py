"""Wagtail as we mount it: its editor and nothing else of it."""
