"""Notices to connected systems: made with the verdict, sent until they are heard."""
