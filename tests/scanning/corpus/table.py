"""The whole table: every nasty file, and every ordinary one beside them."""

from tests.scanning.corpus.archived import ARCHIVES
from tests.scanning.corpus.case import Case
from tests.scanning.corpus.disguised import DISGUISED
from tests.scanning.corpus.harmless import HARMLESS as LOOK_ALIKE
from tests.scanning.corpus.hidden import BESIDE, HIDDEN
from tests.scanning.corpus.ordinary import ORDINARY
from tests.scanning.corpus.printed import PAGES
from tests.scanning.corpus.written import DOCUMENTS

HAZARDS: list[Case] = [*ARCHIVES, *DOCUMENTS, *PAGES, *DISGUISED, *HIDDEN]
HARMLESS: list[Case] = [*LOOK_ALIKE, *ORDINARY, *BESIDE]
CASES: list[Case] = [*HAZARDS, *HARMLESS]

__all__ = ["CASES", "HARMLESS", "HAZARDS", "Case"]
