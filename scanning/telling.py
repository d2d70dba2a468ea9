"""The notices of scanning: whom to tell what, in Vietnamese, with the page.

Each agency hears of its own copy alone; no notice names another that holds the file,
except the two ends of one message (Điều 9.2).
"""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.models import Account, Agency
from access.notices import notify, notify_holders
from scanning.models import (
    Attachment,
    Disposal,
    FalseAlarm,
    Objection,
    Recall,
    ReleaseDecision,
)

_DECIDES = "attachments.release"


def concerned(attachment: Attachment) -> list[Agency]:
    """Return the agency that keeps the file, and those to which its message goes."""
    return list(dict.fromkeys([attachment.keeper, *recipients(attachment)]))


def recipients(attachment: Attachment) -> list[Agency]:
    """Return the agencies to which its message goes, or their heirs; each once."""
    if attachment.message is None:
        return []
    receive = attachment.message.recipients.select_related("keeper")
    return list(dict.fromkeys(each.keeper for each in receive))


def tell_unscannable(attachment: Attachment) -> None:
    """Tell both ends that a file which nobody can look into is held (Điều 9.2)."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("A file that cannot be scanned is held: %(name)s")
        body = _(
            "It may be protected by a password. The sender can give the password for "
            "the scan, or an officer of the recipient decides on its release."
        )
        _tell_both(attachment, subject % {"name": attachment.name}, body)


def tell_released(attachment: Attachment, decision: ReleaseDecision) -> None:
    """Tell both ends that people let a held file go, who and why."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("A held file was released: %(name)s") % {"name": attachment.name}
        body = "\n".join([str(decision.get_ground_display()), decision.reason])
        _tell_both(attachment, subject, body)


def tell_cleared(attachment: Attachment) -> None:
    """Tell both ends that newer signatures find nothing in a file that was held."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("A held file was released: %(name)s") % {"name": attachment.name}
        body = _(
            "Older malware signatures were mistaken about it; the present ones find "
            "nothing."
        )
        _tell_both(attachment, subject, body)


def tell_opened_to(attachment: Attachment, decision: ReleaseDecision) -> None:
    """Tell both ends for which recipient alone a held file was let go (Điều 9.2)."""
    with translation.override(settings.LANGUAGE_CODE):
        words = {"name": attachment.name, "agency": decision.agency.name}
        subject = _("A held file was released to %(agency)s alone: %(name)s") % words
        each = _("Each of the other recipients decides for itself.")
        _tell_both(attachment, subject, "\n".join([decision.reason, each]))


def tell_opened(attachment: Attachment, verdict: str) -> None:
    """Tell both ends what the scan with the sender's password came to."""
    with translation.override(settings.LANGUAGE_CODE):
        words = {"name": attachment.name, "verdict": verdict}
        subject = _("Scanned with the password, %(verdict)s: %(name)s") % words
        _tell_both(attachment, subject, "")


def tell_objection(objection: Objection) -> int:
    """Tell those who must answer an objection; return how many there are."""
    attachment = objection.attachment
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("Objection to the holding of %(name)s") % {"name": attachment.name}
        body = f"{objection.agency.name}: {objection.reason}"
        return notify_holders(
            _DECIDES,
            objection.answers,
            subject,
            body=body,
            path=reverse("scanning:objection", args=[objection.pk]),
        )


def tell_objection_passed_up(objection: Objection, silent: Agency) -> int:
    """Tell the superior that nobody answered below him; return how many were told."""
    with translation.override(settings.LANGUAGE_CODE):
        words = {"agency": silent.name, "name": objection.attachment.name}
        subject = _("%(agency)s has not answered an objection: %(name)s") % words
        path = reverse("scanning:objection", args=[objection.pk])
        notify(objection.made_by, subject, path=path, agency=objection.agency)
        if silent != objection.answers:
            notify_holders(_DECIDES, silent, subject, path=path)
        return notify_holders(
            _DECIDES, objection.answers, subject, body=objection.reason, path=path
        )


def tell_objection_answered(objection: Objection) -> None:
    """Tell who objected what the answer is."""
    with translation.override(settings.LANGUAGE_CODE):
        words = {
            "name": objection.attachment.name,
            "outcome": objection.get_outcome_display(),
        }
        notify(
            objection.made_by,
            _("Your objection was answered, %(outcome)s: %(name)s") % words,
            body=objection.answer,
            path=reverse("scanning:objection", args=[objection.pk]),
            agency=objection.agency,
        )


def tell_false_alarm_proposed(alarm: FalseAlarm, coordinator: Agency | None) -> int:
    """Tell those who confirm false alarms; return how many there are."""
    if coordinator is None:
        return 0
    with translation.override(settings.LANGUAGE_CODE):
        return notify_holders(
            "attachments.clear",
            coordinator,
            _("A false alarm waits for a second person"),
            body=alarm.reason,
            path=reverse("scanning:false-alarm", args=[alarm.pk]),
        )


def tell_false_alarm_decided(alarm: FalseAlarm) -> None:
    """Tell who proposed a false alarm what became of it."""
    with translation.override(settings.LANGUAGE_CODE):
        words = {"state": alarm.get_state_display()}
        notify(
            alarm.proposed_by,
            _("Your proposal of a false alarm: %(state)s") % words,
            body=alarm.decision_note,
            path=reverse("scanning:false-alarm", args=[alarm.pk]),
            agency=alarm.agency,
        )


def tell_disposal_proposed(disposal: Disposal) -> int:
    """Tell those who may confirm a destruction; return how many there are."""
    with translation.override(settings.LANGUAGE_CODE):
        words = {"name": disposal.attachment.name}
        return notify_holders(
            "attachments.dispose",
            disposal.agency,
            _("The destruction of a held file waits for you: %(name)s") % words,
            body=disposal.reason,
            path=reverse("scanning:disposal", args=[disposal.pk]),
        )


def tell_disposal_decided(disposal: Disposal) -> None:
    """Tell who proposed a destruction what became of it."""
    with translation.override(settings.LANGUAGE_CODE):
        words = {
            "name": disposal.attachment.name,
            "state": disposal.get_state_display(),
        }
        notify(
            disposal.proposed_by,
            _("Destruction of %(name)s: %(state)s") % words,
            body=disposal.decision_note,
            path=reverse("scanning:disposal", args=[disposal.pk]),
            agency=disposal.agency,
        )


def tell_recalled(recall: Recall, agency: Agency, files: Iterable[Attachment]) -> int:
    """Tell an agency once of all its copies; return how many people were told."""
    names = [each.name for each in files]
    with translation.override(settings.LANGUAGE_CODE):
        subject = ngettext(
            "A file that you have was called back: %(name)s",
            "%(count)s files that you have were called back, among them %(name)s",
            len(names),
        )
        body = _(
            "New malware signatures found something in it. Nobody can download it any "
            "more. Remove it from your machines, look where it was opened, and confirm "
            "on the page when that is done."
        )
        return notify_holders(
            "attachments.read",
            agency,
            subject % {"name": names[0], "count": len(names)},
            body="\n".join([body, *names]),
            path=reverse("scanning:recalls"),
        )


def _tell_both(attachment: Attachment, subject: str, body: str) -> None:
    """Tell the officers of both ends, and whoever sent the file."""
    told: dict[Account, Agency] = {}
    for agency in concerned(attachment):
        for officer in Account.objects.holding(_DECIDES, agency):
            told.setdefault(officer, agency)
    if attachment.submitted_by is not None and attachment.submitted_by.is_active:
        told.setdefault(attachment.submitted_by, attachment.agency)
    path = attachment.get_absolute_url()
    for account, agency in told.items():
        notify(account, subject, body=body, path=path, agency=agency)
