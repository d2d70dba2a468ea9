"""Which permissions reach beyond one's own agency; an `inside` right never gives them.

Source: Quyết định 06/2012/QĐ-UBND, Điều 8.1 and 13.5.b.
"""

BETWEEN_AGENCIES = frozenset(
    {
        "agencies.manage",
        "accounts.appoint",
        "exchange.receive",
        "exchange.release",
        "exchange.send",
        "incidents.coordinate",
        "incidents.supervise",
    }
)
