"""The gateway: files, receipts and events, for connected systems.

Each room adds its calls to its own router; the roof mounts them under /api/v1/.
"""
