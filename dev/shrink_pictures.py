"""Run by the environment's Python, which has Pillow: screens need few colours.

`python dev/shrink_pictures.py FOLDER` leaves every PNG file of a folder with 256 colours at most.
"""

import sys
from pathlib import Path

from PIL import Image

COLOURS = 256


def shrink(path: Path) -> None:
    """Write a picture anew with the colours that serve it best; one that has few stays as it is."""
    with Image.open(path) as picture:
        if picture.mode == "P":
            return
        few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


if __name__ == "__main__":
    for picture_path in Path(sys.argv[1]).glob("*.png"):
        shrink(picture_path)
