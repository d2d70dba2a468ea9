"""Bundles of the audit trail that an inspector verifies without the portal."""
