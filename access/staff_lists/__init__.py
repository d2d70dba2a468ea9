"""Staff lists as people have them, in XLSX or CSV: read, checked, and written.

`reading` finds the table in a file, `entries` understands its lines, `writing` makes
such files. What is done with the people is `access.services.staff_lists`.

A list is data, not a document: it is read in memory within hard limits, never stored,
never passed on to anybody. So it need not come in through scanning, which guards the
files that people open, and which stands above this floor.
"""
