"""Attachments: nothing that comes in goes on without a verdict.

Source: Quyết định 06/2012/QĐ-UBND, Điều 5, 6.2, 9.1, 10, 11.2, 12.1, 12.4 and 12.5.
"""
