"""Fields that every form of the portal asks for in the same way."""

from typing import Any

from django import forms


class DayInput(forms.DateInput):
    """A day as browsers pick it; the value travels in ISO 8601."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """One calendar day, as the browser's calendar writes it or as people do."""

    widget = DayInput

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - Django's own options
        super().__init__(input_formats=["%Y-%m-%d", "%d/%m/%Y"], **options)
