"""What scanning announces to the floors above. It never asks who listens.

Sent inside the transaction of the act: a listener that fails takes the act back, the
duty stays undone, and the sweep tries again. So nothing is held without an incident,
and nothing is released unheard.
"""

from django.dispatch import Signal

# Both: attachment (Attachment), by (Actor). Held adds: item (QuarantineItem);
# released: was_held (bool), else it had waited for its first verdict.
attachment_held = Signal()
attachment_released = Signal()
# A held file was opened to one of its recipients: attachment, agency (Agency), by.
attachment_opened_to = Signal()
# Bytes that had been let out are called back: recall (Recall), agency (Agency) that is
# told, attachments (its own copies), by. Once for each agency.
attachment_recalled = Signal()
# Somebody is about to read a released file: attachment, by.
attachment_opened = Signal()
