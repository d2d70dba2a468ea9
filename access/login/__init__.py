"""Signing in: password, then a second factor; nobody is anybody before both."""
