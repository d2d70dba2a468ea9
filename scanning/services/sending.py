"""A connected system hands in a file of a message: once, however often it is sent.

The originator is the agency and the account that it names, never the portal and never
the system (Điều 4.3). What was sent does not change (Điều 12.8).

Source: Quyết định 06/2012/QĐ-UBND, Điều 4.2, 4.3, 7.1, 8.2, 11.2 and 12.8.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from access import addressing
from access.actors import Actor
from access.models import Agency, Connector
from access.querysets.prepared import Prepared
from access.refusals import NotItsAgencyError
from portal.core.text import nfc
from scanning import store
from scanning.models import Attachment, Message, Recipient
from scanning.refusals import OtherMessageError
from scanning.services import receiving
from scanning.services.waiting import Waiting
from scanning.uploads import HashedUpload


@dataclass(frozen=True)
class Sending:
    """What comes with a file; agencies are named by their codes in force."""

    message_id: str
    from_agency: str
    to_agency: Sequence[str]
    originator: str
    document_type: str
    urgency: str
    code_number: str = ""
    code_notation: str = ""
    issued_on: date | None = None
    subject: str = ""

    @property
    def facts(self) -> dict[str, object]:
        """What is kept of it in the row of the message, in NFC."""
        return {
            "originator": nfc(self.originator),
            "document_type": self.document_type,
            "code_number": nfc(self.code_number),
            "code_notation": nfc(self.code_notation),
            "issued_on": self.issued_on,
            "subject": nfc(self.subject),
        }


def send_in(
    upload: HashedUpload,
    sending: Sending,
    *,
    connector: Connector,
    by: Actor,
    waiting: Waiting | None = None,
) -> Attachment:
    """Take in one file of a message; the same again answers with the first one.

    waiting: who waits for the verdict, as `receiving.enter` takes it.

    Raises UnknownAgencyError, EndedAgencyError, ClosedCodeError, NotItsAgencyError,
    OtherMessageError, TooLargeError or StorageFullError; then nothing is kept.
    """
    named = addressing.agencies([sending.from_agency, *sending.to_agency])
    sender = named[sending.from_agency]
    if not connector.speaks_for(sender):
        raise NotItsAgencyError(agency=sender.name)
    recipients = list(dict.fromkeys(named[code] for code in sending.to_agency))
    if upload.refusal:
        raise upload.refusal
    name = receiving.shown_name(upload.name or "")
    case = _Case(sending, sender, recipients, name, connector)
    if again := case.known(upload.sha256):
        return again
    stored = receiving.keep_bytes(upload, name)
    try:
        found = _entered(case, stored, by, waiting)
    except BaseException:
        store.discard(stored.stored_as)
        raise
    if found.stored_as != stored.stored_as:  # the same came twice at once
        store.discard(stored.stored_as)
    return found


def _entered(
    case: "_Case",
    stored: store.Stored,
    by: Actor,
    waiting: Waiting | None,
    turns: int = 3,
) -> Attachment:
    """Enter a file, or return the same one that was first.

    turns: another file of the message may open it a moment before, then this very file
    come in once more; so each of the two is tried anew.
    """
    try:
        with transaction.atomic():
            return case.enter(stored, by, waiting)
    except IntegrityError:
        if again := case.known(stored.sha256):
            return again
        if turns <= 1 or case.message is None:
            raise
        return _entered(case, stored, by, waiting, turns - 1)


@dataclass
class _Case:
    """One submission on its way; `message`: the row of an earlier file of it."""

    sending: Sending
    sender: Agency
    recipients: list[Agency]
    name: str
    connector: Connector
    message: Message | None = None

    def known(self, sha256: str) -> Attachment | None:
        """Return the file that came before; remember its message.

        Raises OtherMessageError if the message, or the file in it, is another.
        """
        agency, message_id = self.sender.pk, nfc(self.sending.message_id)
        self.message = None
        if not _SENT.has_rows(agency=agency, message_id=message_id):
            return None
        self.message = _sent(agency, message_id).get()
        before = self.message.attachments.filter(sha256=sha256).first()
        differing = self._differing(self.message, before)
        if differing:
            raise OtherMessageError(
                message_id=self.sending.message_id, fields=", ".join(differing)
            )
        return before

    def _differing(self, message: Message, before: Attachment | None) -> list[str]:
        wanted: dict[str, object] = {
            **self.sending.facts,
            "connector": self.connector,
        }
        found = [
            name for name, value in wanted.items() if getattr(message, name) != value
        ]
        told = set(message.recipients.values_list("agency", flat=True))
        if told != {agency.pk for agency in self.recipients}:
            found.append("to_agency")
        if before is not None and before.name != self.name:
            found.append("file")
        if before is not None and before.urgency != self.sending.urgency:
            found.append("urgency")
        return found

    def enter(
        self, stored: store.Stored, by: Actor, waiting: Waiting | None
    ) -> Attachment:
        if self.message is None:
            self.message = Message.objects.create(
                connector=self.connector,
                message_id=nfc(self.sending.message_id),
                from_agency=self.sender,
                **self.sending.facts,
            )
            Recipient.objects.bulk_create(
                Recipient(message=self.message, agency=agency)
                for agency in self.recipients
            )
        facts = receiving.Facts(
            name=self.name,
            agency=self.sender,
            urgency=self.sending.urgency,
            connector=self.connector,
            message=self.message,
        )
        return receiving.enter(
            stored,
            facts,
            by=by,
            waiting=waiting,
            message_id=self.message.message_id,
            originator=self.message.originator,
            client_id=self.connector.client_id,
        )


def _sent(agency: int, message_id: str) -> QuerySet[Message]:
    return Message.objects.filter(from_agency=agency, message_id=message_id)


_SENT = Prepared(_sent, agency=int, message_id=str)
