"""Reference data: agencies, law and clocks as dated rows, in files that people read.

`legal-bases.toml`  the documents that everything else points to
`house-2012.toml`   the province as Quyết định 06/2012/QĐ-UBND saw it, without end
`authority-2025.toml`  the competent authority moves; ends nobody in the province
`dong-nai-2025.toml`   the reorganisation of 2025, which ends districts and codes
`clocks.toml`       how long each duty may take

A row that disappears from a file stays in the database: what held once is history.
"""

from portal.ops.reference.loading import Tally, load

__all__ = ["Tally", "load"]
