"""Who keeps a thing now, while the thing itself still names its first agency.

What an agency recorded, received or was told stays under its own name for ever. When
the agency ends, a reorganisation hands the thing to an heir: rights are asked of its
keeper, records are read by its first agency.
"""

from collections.abc import Sequence
from typing import Any

from django.db import models


class KeeperField(models.ForeignKey):
    """The agency that keeps a row: the one in another column, until it is handed on.

    Filled whenever a row is written, in bulk too, so nobody has to think of it.
    """

    def __init__(self, at_first: str, **options: Any) -> None:  # noqa: ANN401 (Django's own)
        self.at_first = at_first
        options.setdefault("to", "access.Agency")
        options.setdefault("on_delete", models.PROTECT)
        options["editable"] = False
        super().__init__(**options)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Name the other column in migrations too."""
        name, path, args, options = super().deconstruct()
        options.pop("editable", None)
        options["at_first"] = self.at_first
        return name, path, args, options

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: ANN401 (Django's own)
        """Return the keeper; of a new row nobody named, the first agency."""
        if getattr(model_instance, self.attname) is None:
            setattr(model_instance, self.name, getattr(model_instance, self.at_first))
        return super().pre_save(model_instance, add)
