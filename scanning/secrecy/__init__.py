"""Look for stamps of secrecy in documents: MẬT, TỐI MẬT, TUYỆT MẬT.

Such papers are never sent electronically, so a file that bears a stamp is sealed. Only
the level and the place leave this package; the text of a document never does: it is
read in a process of its own and is in no log, row or message.

`look` is the door. `stamps` says what is a stamp; the rooms beside it say what a
document of each type says; `pictures` reads scanned pages, if the installation wants
that. What the process of `reader` loads imports nothing of Django or the portal, whose
settings and keys it must not have.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.4 and 12.7.
"""
