"""The acts of policies, in words for people."""

from django.utils.translation import gettext_lazy as _

from access.audit import register_event

register_event("policies.form_created", _("created a form"))
register_event("policies.form_drafted", _("drafted a version of a form"))
register_event("policies.form_changed", _("changed a draft of a form"))
register_event("policies.form_submitted", _("submitted a version of a form"))
register_event("policies.form_approved", _("approved a version of a form"))
register_event("policies.form_returned", _("returned a version of a form"))
register_event("policies.rule_drafted", _("drafted a rule"))
register_event("policies.rule_changed", _("changed a draft of a rule"))
register_event("policies.rule_submitted", _("submitted a rule"))
register_event("policies.rule_approved", _("approved a rule"))
register_event("policies.rule_returned", _("returned a rule"))
register_event("policies.rule_acknowledged", _("acknowledged a rule"))
register_event("policies.form_handed_on", _("handed a form on to an heir"))
register_event("policies.form_ended", _("let a form end with its agency"))
register_event("policies.rule_handed_on", _("handed a rule on to an heir"))
register_event("policies.rule_ended", _("let a rule end with its agency"))
register_event("policies.page_published", _("published a page"))
register_event("policies.page_unpublished", _("took a page off the site"))
register_event("policies.page_deleted", _("deleted a page"))
