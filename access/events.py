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
register_event("access.right_granted", _("granted a right"))
register_event("access.right_confirmed", _("confirmed a right"))
register_event("access.right_ended", _("ended a right"))
register_event("access.account_suspended", _("suspended an account"))
register_event("access.account_reopened", _("reopened an account"))
register_event("access.audit_exported", _("exported the audit trail"))
register_event("access.audit_verified", _("checked the chain of the audit trail"))

register_detail("acting_for", _("acting for"))
register_detail("role", _("role"))
register_detail("starts_on", _("from"))
register_detail("ends_on", _("to"))
register_detail("decision", _("decision"))
register_detail("reason", _("reason"))
register_detail(
    "method",
    _("second factor"),
    {"totp": _("authenticator application"), "recovery": _("recovery code")},
)
register_detail("ended", _("sign-ins ended"))
