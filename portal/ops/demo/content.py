"""What the demo tells, in files that people read and change."""

import tomllib
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def read(name: str) -> dict[str, Any]:
    """Return the content of one file of the demo."""
    with (FOLDER / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)
