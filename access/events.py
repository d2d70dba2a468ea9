"""The acts of access, in words for people."""

from django.utils.translation import gettext_lazy as _

from access.audit import register_detail, register_event

register_event("access.signed_in", _("signed in"))
register_event("access.signed_out", _("signed out"))
register_event("access.sign_in_refused", _("was refused at sign-in"))
register_event("access.second_factor_refused", _("was refused for a wrong code"))
register_event("access.locked_out", _("was locked out after repeated wrong tries"))
register_event("access.all_sessions_ended", _("ended all sign-ins of an account"))
register_event("access.acting_agency_chosen", _("chose the agency to act for"))
register_event("access.account_invited", _("invited a person"))
register_event("access.invitation_accepted", _("accepted an invitation"))
register_event("access.invitation_withdrawn", _("withdrew an invitation"))
register_event("access.second_factor_enrolled", _("enrolled a second factor"))
register_event("access.second_factor_reset", _("reset a second factor"))
register_event("access.recovery_codes_made", _("received new recovery codes"))
register_event("access.recovery_code_used", _("used a recovery code"))
register_event("access.password_changed", _("changed a password"))
register_event("access.proved_again", _("confirmed who he is"))
register_event("access.password_refused", _("was refused for a wrong password"))
register_event("access.passkey_refused", _("was refused with a passkey"))
register_event("access.passkey_added", _("added a passkey"))
register_event("access.passkey_renamed", _("renamed a passkey"))
register_event("access.passkey_removed", _("removed a passkey"))
register_event("access.agency_began", _("opened a new agency"))
register_event("access.agency_changed", _("changed an agency by a reorganisation"))
register_event("access.agency_ended", _("closed an agency"))
register_event("access.agency_corrected", _("changed the particulars of an agency"))
register_event("access.function_moved", _("handed over a function"))
register_event("access.code_opened", _("opened an identification code"))
register_event("access.code_closed", _("closed an identification code"))
register_event("access.reorganisation_planned", _("planned a reorganisation"))
register_event("access.reorganisation_decided", _("decided what passes to whom"))
register_event("access.reorganisation_approved", _("approved a reorganisation"))
register_event("access.reorganisation_withdrawn", _("withdrew a reorganisation"))
register_event("access.reorganisation_applied", _("put a reorganisation into effect"))
register_event("access.reorganisation_stopped", _("could not apply a reorganisation"))
register_event("access.right_granted", _("granted a right"))
register_event("access.right_confirmed", _("confirmed a right"))
register_event("access.right_ended", _("ended a right"))
register_event("access.right_revoked", _("revoked a right at once"))
register_event("access.right_delegated", _("delegated a right"))
register_event("access.delegation_ended", _("ended a delegation"))
register_event("access.request_made", _("made a request"))
register_event("access.request_approved", _("approved a request"))
register_event("access.request_refused", _("refused a request"))
register_event("access.request_withdrawn", _("withdrew a request"))
register_event("access.account_transferred", _("transferred a person"))
register_event("access.account_left", _("closed the account of a leaver"))
register_event("access.searched_person", _("looked a person up by user name"))
register_event("access.review_opened", _("opened an access review"))
register_event("access.review_confirmed", _("confirmed a right in a review"))
register_event("access.review_revoked", _("revoked a right in a review"))
register_event(
    "access.review_kept_by_default", _("left a right that nobody had reviewed")
)
register_event(
    "access.review_revoked_by_default", _("ended a right that nobody had reviewed")
)
register_event("access.review_closed", _("closed an access review"))
register_event("access.review_cancelled", _("cancelled an access review"))
register_event("access.review_reported", _("issued the report of an access review"))
register_event(
    "access.review_report_downloaded", _("downloaded the report of an access review")
)
register_event("access.powers_read", _("read what another person could do"))
register_event("access.powers_exported", _("exported who could do what"))
register_event("access.account_suspended", _("suspended an account"))
register_event("access.idle_account_told", _("told somebody that his account is idle"))
register_event("access.account_reopened", _("reopened an account"))
register_event("access.identity_recorded", _("recorded whose an account is"))
register_event("access.staff_imported", _("took in a staff list"))
register_event("access.staff_exported", _("exported the staff list of an agency"))
register_event("access.audit_exported", _("exported the audit trail"))
register_event("access.audit_searched", _("searched the audit trail"))
register_event("access.connector_registered", _("registered a connected system"))
register_event("access.connector_changed", _("changed a connected system"))
register_event("access.connector_secret_made", _("made a secret of a connected system"))
register_event("access.connector_key_made", _("made a key for notices"))
register_event("access.connector_suspended", _("suspended a connected system"))
register_event("access.connector_resumed", _("let a connected system speak again"))
register_event("access.connector_ended", _("ended a connected system"))
register_event("access.connector_refused", _("refused a connected system"))
register_event("access.account_read", _("looked at an account"))
register_event("access.row_changed", _("the database saw a change of rows"))
register_event("access.audit_verified", _("checked the chain of the audit trail"))

register_detail("sought_reference", _("sought number or id"))
register_detail("sought_person", _("sought person"))
register_detail("sought_agency", _("sought agency"))
register_detail("sought_q", _("sought words"))
register_detail("rows", _("rows"))
register_detail("columns", _("columns"))
register_detail(
    "operation",
    _("what happened"),
    {
        "insert": _("new row"),
        "update": _("changed row"),
        "delete": _("deleted row"),
    },
)
register_detail("acting_for", _("acting for"))
register_detail("role", _("role"))
register_detail("starts_on", _("from"))
register_detail("ends_on", _("to"))
register_detail("decision", _("decision"))
register_detail("reason", _("reason"))
register_detail(
    "why",
    _("why"),
    {
        "ended": _("its connection has ended"),
        "not_begun": _("its connection has not begun yet"),
        "suspended": _("its connection is suspended"),
        "agency_ended": _("its agency has ended"),
        "wrong_secret": _("wrong secret"),
        "unknown": _("unknown system"),
    },
)
register_detail("overlap_hours", _("hours until the former secrets end"))
register_detail("review", _("access review"))
register_detail("rights", _("rights"))
register_detail("day", _("as of day"))
register_detail("check_code", _("check code"))
register_detail("due_on", _("last day"))
register_detail(
    "on_silence",
    _("if nobody answers"),
    {
        "keep": _("the right stays, marked as not reviewed"),
        "revoke": _("the right ends"),
    },
)
register_detail("lines", _("lines"))
register_detail(
    "method",
    _("second factor"),
    {
        "totp": _("authenticator application"),
        "recovery": _("recovery code"),
        "passkey": _("passkey"),
    },
)
register_detail("ended", _("sign-ins ended"))
register_detail("to_agency", _("to agency"))
register_detail("request", _("request"))
register_detail("delegate", _("delegate"))
register_detail("delegated", _("delegated permissions"))
register_detail("passkey", _("passkey"))
register_detail("file", _("file"))
register_detail("invited", _("people invited"))
register_detail("further_posts", _("further posts"))
register_detail("people", _("people"))
