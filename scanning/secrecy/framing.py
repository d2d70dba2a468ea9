"""Take the frames off a picture: a stamp in a box is not read by tesseract.

A process of its own, with little memory, since pictures come from outside.
Usage: python -m scanning.secrecy.framing PICTURE TARGET
"""

import sys

from PIL import Image, ImageChops

_MOST_DOTS = 40_000_000
_LINE = 80  # dots: longer than any stroke of a letter of a stamp
_DARK = 170  # of 255
_FULL = 250  # of 255: how much of a stretch must be dark to be a line


def without_frames(picture: Image.Image) -> Image.Image:
    """Return the picture in black and white, without its long straight lines."""
    # The darkest of the three colours: red ink is as dark as black.
    channels = picture.convert("RGB").split()
    grey = ImageChops.darker(ImageChops.darker(*channels[:2]), channels[2])
    ink = grey.point([255 if value < _DARK else 0 for value in range(256)])
    lines = ImageChops.lighter(_lines(ink, _LINE, 1), _lines(ink, 1, _LINE))
    return ImageChops.invert(ImageChops.subtract(ink, lines))


def _lines(ink: Image.Image, width: int, height: int) -> Image.Image:
    """Return the stretches of so many dots that are all ink, a little widened."""
    size = (max(ink.width // width, 1), max(ink.height // height, 1))
    stretches = ink.resize(size, Image.Resampling.BOX)
    full = stretches.point([255 if value >= _FULL else 0 for value in range(256)])
    # A line goes on beyond the last stretch that it fills.
    wide = full
    for step in (-1, 1):
        moved = ImageChops.offset(
            full, step if width > 1 else 0, step if height > 1 else 0
        )
        wide = ImageChops.lighter(wide, moved)
    return wide.resize(ink.size, Image.Resampling.NEAREST)


def main(source: str, target: str) -> None:
    """Write the picture without frames as PNG; fall on one that is too large."""
    Image.MAX_IMAGE_PIXELS = _MOST_DOTS
    with Image.open(source, formats=("PNG", "JPEG")) as picture:
        if picture.width * picture.height > _MOST_DOTS:
            raise SystemExit(1)
        without_frames(picture).save(target, "PNG")


if __name__ == "__main__":
    main(*sys.argv[1:3])
