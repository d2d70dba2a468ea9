"""Many new tables in one step of a migration.

Django builds the classes of every model anew after each step, so that a hundred steps
cost half a minute on each new installation. The tables of an app come together: here
the classes are built once, when all that is written down has come about.
"""

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AddIndex,
    CreateModel,
)
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

Step = CreateModel | AddField | AddIndex | AddConstraint


class Tables(Operation):
    """The steps of makemigrations that make new tables, done as one.

    Each table is made once, with everything that the later steps add to it; those may
    therefore speak of no other table.
    """

    reduces_to_sql = True
    atomic = True

    def __init__(self, steps: Sequence[Step]) -> None:
        self.steps = steps
        self.made = [step for step in steps if isinstance(step, CreateModel)]
        names = {step.name_lower for step in self.made}
        for step in steps:
            if not isinstance(step, CreateModel) and step.model_name_lower not in names:
                raise ValueError(f"{step.describe()}: that table is not made here")

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change the models; their classes are built when somebody asks for them."""
        if "apps" in vars(state):
            del state.apps
        for step in self.steps:
            step.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Make the tables in the order of the steps."""
        for step in self.made:
            step.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Drop them, the last first."""
        for step in reversed(self.made):
            step.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """Say what happens, for the list of a migration's steps."""
        return f"Create {len(self.made)} tables"

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        """Name what it takes to write this down again."""
        return type(self).__name__, [self.steps], {}
