"""Harmless nasty files, and ordinary ones that look alike: made here, never kept.

`python -m tests.scanning.corpus FOLDER` writes them with their table. The test string
for scanners is put together at run time: no file of ours holds it.
"""
