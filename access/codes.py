"""Identification codes: the two forms in which they are written.

Source: QCVN 102:2016/BTTTT (levels from the lowest to the first, which stands last);
Quyết định 20/2020/QĐ-TTg (the first level stands first, at most 35 characters).
"""

import re

from access.models import Agency, AgencyCode
from access.refusals import CodeClosedError, CodeFormError, CodeGivenError

_FORMS = {
    AgencyCode.Scheme.QCVN102: re.compile(r"\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}"),
    AgencyCode.Scheme.QD20: re.compile(r"[A-Z]\d{2}(\.[A-Z0-9]+)*"),
}
EXAMPLES = {
    AgencyCode.Scheme.QCVN102: "000.00.05.H10",
    AgencyCode.Scheme.QD20: "H19.05.01",
}
LONGEST = 35


def check(code: str, scheme: str, agency: Agency | None = None) -> str:
    """Return the code as it is stored, if it may be given to the agency.

    Raises CodeFormError; CodeGivenError if any agency ever had it, the same one too
    once it is closed.
    """
    known = AgencyCode.Scheme(scheme)
    written = code.strip().upper()
    if len(written) > LONGEST or not _FORMS[known].fullmatch(written):
        raise CodeFormError(code=code, example=EXAMPLES[known])
    given = AgencyCode.objects.filter(code=written).select_related("agency").first()
    if given is not None and (given.agency != agency or given.closed_on is not None):
        raise CodeGivenError(code=written, agency=given.agency.name)
    holder = Agency.objects.filter(code=written).first()
    if given is None and holder is not None and holder != agency:
        raise CodeGivenError(code=written, agency=holder.name)
    return written


def require_open(code: AgencyCode) -> None:
    """Raise CodeClosedError if the code is closed already."""
    if code.closed_on is not None:
        raise CodeClosedError(code=code.code, day=code.closed_on.strftime("%d/%m/%Y"))
