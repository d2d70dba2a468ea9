"""Files of the exchange that wait for a scan, and protected documents made in code."""

import io
import zipfile

import pyzipper
from pypdf import PdfWriter

from access.models import Agency, Connector
from portal.core import clock
from scanning import tasks
from scanning.models import Attachment, DocumentType, Message, Recipient, ScanDuty
from tests.factories.access import AgencyFactory
from tests.factories.scanning import AttachmentFactory
from tests.scanning.corpus.pdfs import pdf

PASSWORD = "Bí mật 2026"


def scanned(content: bytes, name: str, **facts) -> Attachment:
    """Return a file that came in and was scanned, whatever came of it."""
    attachment = AttachmentFactory(content=content, name=name, **facts)
    duty = ScanDuty.objects.create(attachment=attachment, rank=3)
    tasks.take(duty.pk)
    attachment.refresh_from_db()
    return attachment


def sent(
    content: bytes, name: str, sender: Agency | None = None, *to: Agency
) -> Attachment:
    """Return a scanned file of a message from one agency to others."""
    by: Agency = sender or AgencyFactory()
    connector = Connector.objects.create(
        name="QLVB",
        agency=by,
        starts_on=clock.today(),
        client_type=Connector.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Connector.GRANT_CLIENT_CREDENTIALS,
    )
    message = Message.objects.create(
        connector=connector,
        message_id=f"m-{Message.objects.count()}",
        from_agency=by,
        originator=by.name,
        document_type=DocumentType.CONG_VAN,
    )
    for agency in to or (AgencyFactory(),):
        Recipient.objects.create(message=message, agency=agency)
    return scanned(
        content,
        name,
        agency=by,
        message=message,
        connector=connector,
        submitted_by=None,
    )


def aes_zip(password: str = PASSWORD, **members: bytes) -> bytes:
    """Return a ZIP protected by AES; "__" in a name stands for its dot."""
    target = io.BytesIO()
    with pyzipper.AESZipFile(
        target, "w", zipfile.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as archive:
        archive.setpassword(password.encode())
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return target.getvalue()


def _zip_crypto(content: bytes, password: bytes, check: int) -> bytes:
    """Encrypt as PKZIP 2.0 did, with twelve bytes before the content."""
    table = [0] * 256
    for number in range(256):
        value = number
        for _bit in range(8):
            value = (value >> 1) ^ (0xEDB88320 if value & 1 else 0)
        table[number] = value
    keys = [0x12345678, 0x23456789, 0x34567890]

    def crc(old: int, byte: int) -> int:
        return (old >> 8) ^ table[(old ^ byte) & 0xFF]

    def update(byte: int) -> None:
        keys[0] = crc(keys[0], byte)
        keys[1] = (keys[1] + (keys[0] & 0xFF)) & 0xFFFFFFFF
        keys[1] = (keys[1] * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = crc(keys[2], keys[1] >> 24)

    for byte in password:
        update(byte)
    out = bytearray()
    for byte in bytes(11) + bytes([check]) + content:
        low = (keys[2] | 2) & 0xFFFF
        out.append(byte ^ (((low * (low ^ 1)) >> 8) & 0xFF))
        update(byte)
    return bytes(out)


def old_zip(
    password: str = PASSWORD, name: str = "a.txt", content: bytes = b"x"
) -> bytes:
    """Return a ZIP with one member protected as PKZIP 2.0 did ("ZipCrypto")."""
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(name, content)
        crc = archive.infolist()[0].CRC
    raw = bytearray(plain.getvalue())
    body = _zip_crypto(content, password.encode(), crc >> 24)
    start = 30 + len(name)
    size = len(body).to_bytes(4, "little")
    directory = raw.index(b"PK\x01\x02")
    end = raw.index(b"PK\x05\x06")
    raw[end + 16 : end + 20] = (directory + len(body) - len(content)).to_bytes(
        4, "little"
    )
    raw[directory + 8] |= 1
    raw[directory + 20 : directory + 24] = size
    raw[6] |= 1
    raw[18:22] = size
    raw[start : start + len(content)] = body
    return bytes(raw)


def protected_pdf(password: str = PASSWORD) -> bytes:
    """Return a PDF of one empty page that opens with a password alone."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt(password, algorithm="AES-256")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def pdf_for_a_certificate() -> bytes:
    """Return a PDF that only the key of a certificate opens (ISO 32000-1, 7.6.4)."""
    handler = b"<</Filter/Adobe.PubSec/SubFilter/adbe.pkcs7.s4/V 2/Length 128%s>>"
    recipients = b"/Recipients[<" + b"30820100" * 8 + b">]"
    return pdf(handler % recipients, trailer=b"/Encrypt 4 0 R/ID[<00><00>]")


def strong_zip(password: str = PASSWORD, **members: bytes) -> bytes:
    """Return a ZIP with PKWARE's own strong encryption, which only it knows."""
    raw = bytearray(aes_zip(password, **members))
    for sign, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = raw.find(sign)
        while at >= 0:
            raw[at + flags] |= 0x40
            at = raw.find(sign, at + 4)
    return bytes(raw)


def protected_docx(content: bytes, password: str = PASSWORD) -> bytes:
    """Return a DOCX protected as Word does it; the library wants it above 4 KB."""
    from msoffcrypto.format.ooxml import OOXMLFile  # noqa: PLC0415 (ships no types)

    target = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt(password, target)
    return target.getvalue()
