"""Valid files; a test names only what matters to it."""

import io
import zipfile

import factory
from factory.django import DjangoModelFactory

from portal.core import clock
from scanning import store
from scanning.engine import canaries
from scanning.models import (
    Attachment,
    AttachmentState,
    Purpose,
    QuarantineItem,
    QuarantineRule,
)
from scanning.verdicts import Verdict
from tests.factories.access import AccountFactory, AgencyFactory

MOST = 1024**3


class AttachmentFactory(DjangoModelFactory):
    """A text file that waits for its scan; its bytes lie in the store."""

    class Meta:
        model = Attachment

    class Params:
        content = b"Kinh g\xe1\xbb\xadi"
        stored = factory.LazyAttribute(
            lambda o: store.put(io.BytesIO(o.content), most=MOST)
        )
        released = factory.Trait(
            state=AttachmentState.RELEASED,
            verdict=Verdict.CLEAN,
            media_type="text/plain",
            scanned_at=factory.LazyFunction(clock.now),
            released_at=factory.LazyFunction(clock.now),
        )

    agency = factory.SubFactory(AgencyFactory)
    submitted_by = factory.SubFactory(AccountFactory)
    name = factory.Sequence("cong-van-{}.txt".format)
    size = factory.LazyAttribute(lambda o: o.stored.size)
    sha256 = factory.LazyAttribute(lambda o: o.stored.sha256)
    stored_as = factory.LazyAttribute(lambda o: o.stored.stored_as)
    purpose = Purpose.DOCUMENT


class QuarantineItemFactory(DjangoModelFactory):
    """A file that the scanner holds because of malware."""

    class Meta:
        model = QuarantineItem

    attachment = factory.SubFactory(
        AttachmentFactory,
        state=AttachmentState.HELD,
        verdict=Verdict.INFECTED,
        scanned_at=factory.LazyFunction(clock.now),
    )
    rule = QuarantineRule.VIRUS
    reason = "Tệp chứa mã độc."


def eicar() -> bytes:
    """Return the EICAR test string, put together at run time."""
    return canaries.eicar()


def zipped(**members: bytes) -> bytes:
    """Return a ZIP of members; "__" in a name stands for its dot."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return target.getvalue()


def docx(**members: bytes) -> bytes:
    """Return a DOCX with one paragraph, and more members if given."""
    target = io.BytesIO()
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
            'content-types"><Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{kind}'
            '.document.main+xml"/></Types>',
        )
        archive.writestr("word/document.xml", "<w:document/>")
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return target.getvalue()


def odt(**members: bytes) -> bytes:
    """Return an ODT with one paragraph, and more members if given."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            zipfile.ZipInfo("mimetype"), "application/vnd.oasis.opendocument.text"
        )
        archive.writestr("content.xml", "<office:document-content/>")
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return target.getvalue()


def png() -> bytes:
    """Return a picture of one pixel."""
    return bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
        "0000000c4944415408d763f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
    )
