"""Files that cannot be read as a staff list, each with what to do about it."""

from django.utils.translation import gettext_lazy as _

from portal.core.errors import RefusalError


class FileTooBigError(RefusalError):
    """More bytes, unpacked bytes or parts than a list of people has."""

    code, status = "list_too_big", 413
    message = _(
        "This file is too big for a staff list. Remove pictures and other sheets, or "
        "split the list."
    )


class TooManyPeopleError(RefusalError):
    """More lines than are read at once."""

    code, status = "list_too_long", 413
    message = _("A list takes at most %(most)d people. Split it into several files.")


class UnreadableFileError(RefusalError):
    """Neither a workbook nor a table of text, or a damaged one."""

    code, status = "list_unreadable", 400
    message = _(
        "This file cannot be read. Open it in your spreadsheet program and save it "
        "again as XLSX (Excel Workbook)."
    )


class OldWorkbookError(RefusalError):
    """The former binary format, or a workbook with a password."""

    code, status = "list_old_format", 400
    message = _(
        "This is an old XLS file, or one with a password. Save it without a password "
        "as XLSX (Excel Workbook)."
    )


class ActiveWorkbookError(RefusalError):
    """Macros, objects, or links to other files."""

    code, status = "list_active", 400
    message = _(
        "This workbook contains macros, embedded objects or links to other files. Copy "
        "the list into an empty workbook and save it as XLSX."
    )


class WrongEncodingError(RefusalError):
    """Bytes that are not UTF-8: Windows-1258, TCVN3, VNI, UTF-16."""

    code, status = "list_encoding", 400
    message = _(
        "The letters of this file are not coded in UTF-8, so names would come out "
        "wrong. In Excel choose “Save as”, then “CSV UTF-8” or “Excel Workbook (XLSX)”."
    )


class OldFontError(RefusalError):
    """Text typed for an old Vietnamese font, or decoded wrongly before."""

    code, status = "list_old_font", 400
    message = _(
        "Line %(line)d reads “%(text)s”: this was typed with an old font (TCVN3, VNI) "
        "or saved in a wrong coding. Convert the list to Unicode first."
    )


class NoHeadingError(RefusalError):
    """No line with the headings was found."""

    code, status = "list_heading", 400
    message = _(
        "No line with the headings of a staff list was found. There must be at least "
        "the columns %(columns)s; download the sample."
    )


class TwiceError(RefusalError):
    """One column twice: nobody knows which holds."""

    code, status = "list_column_twice", 400
    message = _("The column “%(column)s” stands there twice. Remove one.")


class NobodyError(RefusalError):
    """Headings, and nothing below them."""

    code, status = "list_empty", 400
    message = _("There is nobody in this list. Write one person in each line.")
