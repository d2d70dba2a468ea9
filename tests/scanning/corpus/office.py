"""Office Open XML and OpenDocument files, part by part."""

import io
import zipfile

_MAIN = "application/vnd.openxmlformats-officedocument."
_KINDS = {
    "docx": f"{_MAIN}wordprocessingml.document.main+xml",
    "xlsx": f"{_MAIN}spreadsheetml.sheet.main+xml",
    "pptx": f"{_MAIN}presentationml.presentation.main+xml",
}
_PARTS = {
    "docx": "word/document.xml",
    "xlsx": "xl/workbook.xml",
    "pptx": "ppt/presentation.xml",
}
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
Part = bytes | str


def ooxml(
    extension: str,
    parts: dict[str, Part] | None = None,
    *,
    main: str = "",
    kinds: str = "",
    body: str = "",
) -> bytes:
    """Return a document. `main`: its main content type; `kinds`: more of them."""
    part, kind = _PARTS[extension], main or _KINDS[extension]
    types = (
        f'{_HEAD}<Types xmlns="{_PACKAGE}content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{part}" ContentType="{kind}"/>{kinds}</Types>'
    )
    first = relations(("officeDocument", part, False))
    everything: dict[str, Part] = {
        "[Content_Types].xml": types,
        "_rels/.rels": first,
        part: f'{_HEAD}<w:document xmlns:w="w"><w:body>{body}</w:body></w:document>',
    }
    return zipped(everything | (parts or {}))


def relations(*each: tuple[str, str, bool]) -> str:
    """Return a part of relations: kind, target, and whether it lies elsewhere."""
    inner = "".join(
        f'<Relationship Id="rId{number}" Type="{_RELATIONS}{kind}" Target="{target}"'
        + (' TargetMode="External"/>' if outside else "/>")
        for number, (kind, target, outside) in enumerate(each, start=1)
    )
    return (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}relationships">{inner}</Relationships>'
    )


def related(
    kind: str, target: str, *, outside: bool = True, extension: str = "docx"
) -> bytes:
    """Return a document whose main part has one relation."""
    folder, _, name = _PARTS[extension].rpartition("/")
    rels = relations((kind, target, outside))
    return ooxml(extension, {f"{folder}/_rels/{name}.rels": rels})


def odf(
    kind: str = "text",
    parts: dict[str, Part] | None = None,
    *,
    body: str = "",
    manifest: str = "",
) -> bytes:
    """Return an OpenDocument file with this in its body and manifest."""
    everything: dict[str, Part] = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": (
            '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
            'xmlns:office="o" xmlns:text="t" xmlns:xlink="x" xmlns:draw="d" '
            'xmlns:script="s" xmlns:table="b" xmlns:presentation="p"><office:body>'
            f"{body}</office:body></office:document-content>"
        ),
        "META-INF/manifest.xml": (
            '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
            f'xmlns:manifest="m">{manifest}</manifest:manifest>'
        ),
    }
    return zipped(everything | (parts or {}))


def zipped(parts: dict[str, Part]) -> bytes:
    """Return an ordinary archive of these parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(
                zipfile.ZipInfo(name),
                content,
                zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED,
            )
    return target.getvalue()
