"""The corpus of nasty files through the whole path, and ordinary files beside it.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.1, 12.4 and 12.6.
"""

import io

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from scanning import engine, store
from scanning.engine.replies import Kind
from scanning.judging import judge
from scanning.verdicts import FINDINGS
from tests.factories.scanning import AttachmentFactory
from tests.scanning.corpus.__main__ import TABLE, write
from tests.scanning.corpus.table import CASES, HARMLESS, HAZARDS

MOST_IN_A_BATCH = 40


def judged(case):
    attachment = AttachmentFactory(content=case.make(), name=case.name)
    return attachment, judge(attachment)


@pytest.mark.django_db
@pytest.mark.parametrize("case", HAZARDS, ids=lambda case: case.name)
def test_d12_1_each_hazard_gets_its_verdict_for_its_reason(case, clamd, formats):
    _attachment, decision = judged(case)
    found = {one.code for one in decision.found}
    assert (decision.verdict, found) == (case.verdict, case.codes)


@pytest.mark.django_db
@pytest.mark.parametrize("case", HARMLESS, ids=lambda case: case.name)
def test_d12_4_nothing_ordinary_is_blocked(case, clamd, formats):
    attachment, decision = judged(case)
    assert {one.code for one in decision.found} == case.codes
    assert decision.verdict == case.verdict
    with store.open_stored(attachment.stored_as) as file:
        assert store.hash_of(file) == attachment.sha256


def test_a_signature_outlives_the_inspection(clamd):
    content = next(case for case in HARMLESS if case.name == "ky.pdf").make()
    signature = PdfFileReader(io.BytesIO(content)).embedded_signatures[0]
    own = ValidationContext(trust_roots=[signature.signer_cert])
    status = validate_pdf_signature(signature, own)
    assert (status.intact, status.valid) == (True, True)


def engine_alone() -> dict[str, bool]:
    """Return for each hazard whether clamd, asked without a look of ours, passes it."""
    passed = {}
    for start in range(0, len(HAZARDS), MOST_IN_A_BATCH):
        some = HAZARDS[start : start + MOST_IN_A_BATCH]
        result = engine.scan([io.BytesIO(case.make()) for case in some])
        for case, answer in zip(some, result.answers, strict=True):
            passed[case.name] = answer.reply.kind == Kind.CLEAN
    return passed


def test_the_engine_alone_would_pass_most_hazards_as_the_table_says(clamd):
    passed = engine_alone()
    assert passed == {case.name: case.engine_alone for case in HAZARDS}
    assert sum(passed.values()) > len(HAZARDS) / 2


def test_the_table_is_readable_and_whole(tmp_path):
    write(tmp_path)
    lines = (tmp_path / TABLE).read_text().splitlines()
    assert len(lines) == len(CASES) + 1
    assert len(list(tmp_path.iterdir())) == len(CASES) + 1
    assert len(HAZARDS) >= 60
    assert len(HARMLESS) >= 20
    assert all(case.codes <= FINDINGS.keys() for case in CASES)
    assert all(len({c.name for c in some}) == len(some) for some in (HAZARDS, HARMLESS))
