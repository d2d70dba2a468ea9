"""An ICAP service (RFC 3507) for systems that speak nothing else.

The same path as every other door: each body becomes a file that waits for its scan, and
the answer waits for the verdict. What gets no verdict in time does not pass.

`wire` and `bodies` know the protocol, `answers` the replies, `service` what to do with
a request, `server` the connections.

Source: Quyết định 06/2012/QĐ-UBND, Điều 3.4, 9.1 and 12.1.
"""
