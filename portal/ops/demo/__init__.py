"""Demo data: a province at work, so that no page is empty.

Everything is made by the services that people use, by actors who hold the rights, so
scopes, duties and the trail are those of real use. Every person is a sample and marked
`is_demo`; nothing here ever runs unless PORTAL_DEMO=yes.
"""

from portal.ops.demo.building import AlreadyThereError, Built, NoReferenceError, build
from portal.ops.demo.engine import NoEngineError

__all__ = [
    "AlreadyThereError",
    "Built",
    "NoEngineError",
    "NoReferenceError",
    "build",
]
