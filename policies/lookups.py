"""What /kiem-tra/ may learn of published forms and rules."""

from django.utils.translation import gettext_lazy as _

from policies.models import FormVersion, RuleVersion
from policies.search import Query
from portal.core.text import fold
from portal.core.verification import Record, register


@register
def published_forms(sha256: str, number: str) -> list[Record]:
    """Find versions of forms by the hash of a file, or by code and version.

    number: "BM-01" names every version, "BM-01/2" or "BM-01 2" one of them.
    """
    versions = FormVersion.objects.approved().select_related(
        "template__agency", "issuer"
    )
    versions = versions.prefetch_related("files")
    if sha256:
        found = versions.filter(files__sha256=sha256)
    else:
        code, version = _code_and_version(number)
        found = versions.filter(template__code=code) if code else versions.none()
        if version:
            found = found.filter(number=version)
    return [_form_record(version, sha256) for version in found.distinct()]


@register
def published_rules(sha256: str, number: str) -> list[Record]:
    """Find rules by the hash of their text, or by their number."""
    versions = RuleVersion.objects.approved().select_related("rule__agency", "issuer")
    # The rule of an agency is its own affair; provincial ones are public law.
    versions = versions.filter(rule__is_provincial=True)
    wanted = Query.of(number)
    found = (
        versions.filter(sha256=sha256)
        if sha256
        else [v for v in versions if wanted and fold(v.number) == fold(wanted.text)]
    )
    return [
        Record(
            kind=_("internal rule"),
            number=version.number,
            title=version.rule.title,
            agency=(version.issuer or version.rule.agency).name_on(version.issued_on),
            issued_on=version.issued_on,
            sha256=version.sha256,
            is_current=version.is_in_force(),
            current_url=version.get_absolute_url(),
        )
        for version in found
    ]


def _code_and_version(number: str) -> tuple[str, int]:
    words = fold(number).upper().split()
    last = words[-1] if words else ""
    code = "-".join(words)
    if last.isdecimal() and len(words) > 1 and ("/" in number or " " in number.strip()):
        return "-".join(words[:-1]), int(last[:6])
    return code, 0


def _form_record(version: FormVersion, sha256: str) -> Record:
    template = version.template
    files = {file.sha256: file for file in version.files.all()}
    shown = sha256 if sha256 in files else next(iter(files), "")
    return Record(
        kind=_("standard form"),
        number=f"{template.code}/{version.number}",
        title=template.name,
        agency=(version.issuer or template.agency).name_on(version.in_force_from),
        issued_on=version.in_force_from,
        sha256=shown,
        is_current=version.is_in_force(),
        current_url=template.get_absolute_url(),
    )
