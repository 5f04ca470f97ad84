"""Pictures for the letters, drawn with Pillow: no file of anybody else's is needed."""

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from random import Random

from font_roboto import font_files
from PIL import Image, ImageDraw, ImageFilter, ImageFont

_SCALE = 3  # drawn larger and shrunk, for smooth edges


def _font(size: int, weight: str = "RobotoBold") -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_files[weight], size * _SCALE)


def _canvas(width: int, height: int, colour: str) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (width * _SCALE, height * _SCALE), colour)
    return image, ImageDraw.Draw(image)


def _scaled(*numbers: float) -> list[float]:
    return [number * _SCALE for number in numbers]


def _bytes(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    size = (image.width // _SCALE, image.height // _SCALE)
    output = BytesIO()
    image.resize(size, Image.Resampling.LANCZOS).save(output, kind, **options)
    return output.getvalue()


@cache
def logo(name: str, colour: str, tagline: str = "", width: int = 260) -> bytes:
    """Return a PNG logo: a coloured roundel with the initial, then the name."""
    image, draw = _canvas(width, 56, "white")
    draw.ellipse(_scaled(2, 4, 50, 52), fill=colour)
    draw.text(_scaled(26, 28), name[0], "white", _font(28), anchor="mm")
    draw.text(_scaled(62, 22 if tagline else 28), name, colour, _font(19), anchor="lm")
    if tagline:
        draw.text(_scaled(62, 42), tagline, "#777777", _font(10, "Roboto"), anchor="lm")
    return _bytes(image)


@cache
def banner(title: str, subtitle: str, colours: tuple[str, str], width: int = 600) -> bytes:
    """Return a PNG banner with a colour gradient and two lines of text."""
    height = 170
    first, second = (Image.new("RGB", (1, 1), colour).getpixel((0, 0)) for colour in colours)
    image, draw = _canvas(width, height, colours[0])
    for x in range(image.width):
        part = x / image.width
        draw.line(
            [(x, 0), (x, image.height)],
            tuple(round(a + (b - a) * part) for a, b in zip(first, second, strict=True)),
        )
    for number, (x, y) in enumerate([(520, 30), (560, 120), (470, 140), (430, 60)]):
        radius = 46 - 9 * number
        draw.ellipse(
            _scaled(x - radius, y - radius, x + radius, y + radius),
            outline="#ffffff",
            width=2 * _SCALE,
        )
    draw.text(_scaled(36, 74), title, "white", _font(29), anchor="lm")
    draw.text(_scaled(36, 116), subtitle, "white", _font(16, "Roboto"), anchor="lm")
    return _bytes(image)


@cache
def espresso_machine(colour: str = "#b3202a") -> bytes:
    """Return a PNG of a two-group espresso machine."""
    image, draw = _canvas(300, 200, "#f4f1ec")
    draw.rectangle(_scaled(0, 172, 300, 200), fill="#d9cfc0")
    draw.rounded_rectangle(_scaled(40, 40, 260, 92), 12 * _SCALE, fill=colour)
    draw.rectangle(_scaled(62, 92, 238, 150), fill="#3a3a3c")
    draw.rounded_rectangle(_scaled(34, 148, 266, 174), 6 * _SCALE, fill="#c9ccd1")
    draw.rectangle(_scaled(52, 28, 248, 40), fill="#c9ccd1")
    for x in (100, 200):
        draw.rectangle(_scaled(x - 20, 92, x + 20, 106), fill="#d8dade")
        draw.rounded_rectangle(_scaled(x - 6, 104, x + 44, 111), 3 * _SCALE, fill="#191919")
        draw.rectangle(_scaled(x - 3, 110, x + 3, 118), fill="#d8dade")
        draw.rounded_rectangle(_scaled(x - 13, 128, x + 13, 148), 4 * _SCALE, fill="white")
        draw.line(_scaled(x, 118, x, 130), fill="#6b3a12", width=2 * _SCALE)
    for x in (70, 150, 230):
        draw.ellipse(_scaled(x - 11, 55, x + 11, 77), fill="#f7f7f7")
        draw.line(_scaled(x, 66, x + 6, 60), fill="#b3202a", width=2 * _SCALE)
    for x in (66, 130, 170, 234):
        draw.rounded_rectangle(_scaled(x - 12, 16, x + 12, 28), 3 * _SCALE, fill="white")
    return _bytes(image)


@cache
def cup(colour: str, text: str = "", background: str = "#f7f3ee") -> bytes:
    """Return a PNG of a paper cup with a lid and a name on it."""
    image, draw = _canvas(160, 200, background)
    draw.ellipse(_scaled(34, 178, 126, 192), fill="#ddd5ca")
    draw.polygon(_scaled(40, 50, 120, 50, 108, 184, 52, 184), fill="white")
    draw.polygon(_scaled(43, 82, 117, 82, 111, 150, 49, 150), fill=colour)
    draw.rounded_rectangle(_scaled(34, 38, 126, 54), 4 * _SCALE, fill="#2f2a28")
    draw.rounded_rectangle(_scaled(44, 28, 116, 40), 5 * _SCALE, fill="#2f2a28")
    draw.text(_scaled(80, 116), text, "white", _font(15), anchor="mm")
    return _bytes(image)


@cache
def plate(rim: str = "#1f4e79") -> bytes:
    """Return a PNG of a porcelain plate and a cup seen from above."""
    image, draw = _canvas(300, 200, "#e9ecef")
    for radius, fill in ((86, "#ffffff"), (80, rim), (76, "#ffffff"), (54, "#f6f6f6")):
        draw.ellipse(_scaled(110 - radius, 100 - radius, 110 + radius, 100 + radius), fill=fill)
    for radius, fill in (
        (52, "#ffffff"),
        (47, rim),
        (44, "#ffffff"),
        (28, "#fdfdfd"),
        (22, "#5a331c"),
    ):
        draw.ellipse(_scaled(240 - radius, 120 - radius, 240 + radius, 120 + radius), fill=fill)
    return _bytes(image)


@cache
def tea_tin(colour: str, name: str) -> bytes:
    """Return a PNG of a tea tin with a label."""
    image, draw = _canvas(140, 190, "#faf8f2")
    draw.rounded_rectangle(_scaled(30, 30, 110, 176), 6 * _SCALE, fill=colour)
    draw.rounded_rectangle(_scaled(26, 18, 114, 42), 6 * _SCALE, fill="#c8a24a")
    draw.rectangle(_scaled(30, 78, 110, 136), fill="#fbf7e9")
    draw.text(_scaled(70, 100), name, colour, _font(12), anchor="mm")
    draw.text(_scaled(70, 118), "250 g", "#8a7a4a", _font(10, "Roboto"), anchor="mm")
    return _bytes(image)


@cache
def chart(title: str, names: Sequence[str], values: Sequence[float], colour: str) -> bytes:
    """Return a PNG bar chart, the value written above each bar."""
    width, height, top = 520, 260, max(values)
    image, draw = _canvas(width, height, "white")
    draw.text(_scaled(20, 22), title, "#333333", _font(15), anchor="lm")
    step = (width - 40) / len(values)
    for number, (name, value) in enumerate(zip(names, values, strict=True)):
        x, bar = 20 + step * number, 165 * value / top
        draw.rectangle(_scaled(x + 8, 225 - bar, x + step - 8, 225), fill=colour)
        draw.text(_scaled(x + step / 2, 216 - bar), f"{value:g}", "#333333", _font(11), anchor="mm")
        draw.text(_scaled(x + step / 2, 240), name, "#666666", _font(11, "Roboto"), anchor="mm")
    draw.line(_scaled(20, 225, width - 20, 225), fill="#999999", width=_SCALE)
    return _bytes(image)


@cache
def photo_of_pallet(seed: int = 1, width: int = 900, height: int = 640, quality: int = 82) -> bytes:
    """Return a JPEG that looks like a telephone's picture of cartons on a pallet, one crushed."""
    random = Random(seed)
    image = Image.new("RGB", (width, height), "#7d7a74")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, height * 0.72, width, height), fill="#5d5a55")
    box_width, box_height = width // 5, height // 6
    for row in range(3):
        for column in range(3):
            x = width * 0.17 + column * (box_width + 6)
            y = height * 0.74 - (row + 1) * (box_height + 4)
            shade = random.randrange(-14, 14)
            fill = (178 + shade, 138 + shade, 92 + shade)
            corners = [
                (x, y),
                (x + box_width, y),
                (x + box_width, y + box_height),
                (x, y + box_height),
            ]
            if (row, column) == (1, 2):
                corners[1] = (x + box_width * 0.72, y + box_height * 0.4)
                fill = (140, 104, 66)
            draw.polygon(corners, fill=fill, outline=(92, 70, 44))
            middle = x + box_width / 2
            draw.line((middle, y + 10, middle, y + box_height), (205, 182, 140), 6)
    for x in range(4):
        left = width * 0.16 + x * box_width * 0.82
        draw.rectangle((left, height * 0.75, left + box_width * 0.7, height * 0.80), fill="#8a6a42")
    noise = Image.frombytes(
        "L", (width // 2, height // 2), random.randbytes(width // 2 * (height // 2))
    ).resize((width, height))
    image = Image.blend(image, Image.merge("RGB", (noise, noise, noise)), 0.10)
    output = BytesIO()
    image.filter(ImageFilter.GaussianBlur(1.1)).save(output, "JPEG", quality=quality)
    return output.getvalue()
