"""What people do with files, one room for each thing they do."""

from scanning.services.opening import note_read, open_published, open_released
from scanning.services.receiving import receive, shown_name

__all__ = ["note_read", "open_published", "open_released", "receive", "shown_name"]
