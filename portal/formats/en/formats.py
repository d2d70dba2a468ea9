"""Dates in English as in Vietnamese, since papers carry both languages.

Django's own would be the American ones, a.m. and p.m. included.
"""

from portal.formats.vi.formats import *  # noqa: F403 (all of them)
