"""HTML as mail programs and newsletter services write it, each in its own manner."""

from collections.abc import Sequence
from html import escape


def table(rows: Sequence[Sequence[str]], colour: str = "#27496d", last_bold: bool = False) -> str:
    """Return a bordered table; the first row is its heading. Cells are HTML already."""
    cell = "padding:7px 10px;border:1px solid #d5d9de;font-size:14px"
    head = "".join(
        f'<th style="{cell};background:{colour};color:#fff;text-align:left">{text}</th>'
        for text in rows[0]
    )
    lines = []
    for number, row in enumerate(rows[1:]):
        shade = "#f6f8fa" if number % 2 else "#ffffff"
        weight = ";font-weight:bold" if last_bold and number == len(rows) - 2 else ""
        lines.append(
            "<tr>"
            + "".join(
                f'<td style="{cell};background:{shade}{weight}'
                f'{";text-align:right" if column else ""}">{text}</td>'
                for column, text in enumerate(row)
            )
            + "</tr>"
        )
    return (
        f'<table cellspacing="0" cellpadding="0" style="border-collapse:collapse;margin:12px '
        f'0">'
        f"<tr>{head}</tr>{''.join(lines)}</table>"
    )


def paragraphs(text: str) -> str:
    """Return plain text as HTML paragraphs: an empty line divides them, a line break stays."""
    blocks = [block.strip("\n") for block in text.strip("\n").split("\n\n")]
    return "\n".join(
        f"<p>{escape(block, quote=False).replace(chr(10), '<br>')}</p>" for block in blocks
    )


def mail(inside: str, signature: str = "", quote: str = "", quoted: str = "") -> str:
    """Return a letter as web mail writes it: Arial, a signature, the quoted original."""
    html = f'<div style="font-family:Arial,Helvetica,sans-serif;font-size:14px;color:#222">{inside}'
    if signature:
        html += f'<div style="color:#777;font-size:13px">--<br>{signature}</div>'
    html += "</div>"
    if quoted:
        html += (
            f'<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">{quote}</div>'
            '<blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px solid '
            f'#ccc;padding-left:1ex">{quoted}</blockquote></div>'
        )
    return html


_OUTLOOK_HEAD = """<html xmlns:v="urn:schemas-microsoft-com:vml" \
xmlns:o="urn:schemas-microsoft-com:office:office" \
xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40">
<head><meta http-equiv="Content-Type" content="text/html; charset={charset}">
<meta name="Generator" content="Microsoft Word 15 (filtered medium)">
<!--[if !mso]><style>v\\:* {{behavior:url(#default#VML);}} o\\:* {{behavior:url(#default#VML);}}
</style><![endif]-->
<style><!--
@font-face {{font-family:Calibri; panose-1:2 15 5 2 2 2 4 3 2 4;}}
p.MsoNormal, li.MsoNormal, div.MsoNormal {{margin:0cm; font-size:11.0pt;
 font-family:"Calibri",sans-serif; mso-fareast-language:EN-US;}}
a:link, span.MsoHyperlink {{mso-style-priority:99; color:#0563C1; text-decoration:underline;}}
@page WordSection1 {{size:612.0pt 792.0pt; margin:70.85pt 3.0cm 2.0cm 42.5pt;}}
div.WordSection1 {{page:WordSection1;}}
--></style></head>
<body lang="{lang}" link="#0563C1" vlink="#954F72" style="word-wrap:break-word">
<div class="WordSection1">"""


def outlook(
    text: str,
    signature: str = "",
    header: str = "",
    original: str = "",
    lang: str = "RU",
    charset: str = "utf-8",
) -> str:
    """Return a letter as Outlook writes it: Word's styles, empty <o:p>, a ruled-off original."""

    def normal(lines: str) -> str:
        blocks = lines.rstrip("\n").split("\n")
        return "".join(
            f'<p class="MsoNormal">{escape(line, quote=False) or "<o:p>&nbsp;</o:p>"}'
            "<o:p></o:p></p>\n"
            for line in blocks
        )

    html = _OUTLOOK_HEAD.format(lang=lang, charset=charset) + normal(text)
    if signature:
        html += f'<p class="MsoNormal"><o:p>&nbsp;</o:p></p><div>{signature}</div>'
    if original:
        html += (
            '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
            f'<p class="MsoNormal">{header}<o:p></o:p></p></div>' + normal("\n" + original)
        )
    return html + "</div></body></html>"


def newsletter(
    banner: str, blocks: Sequence[str], footer: str, background: str = "#eef0f3", pixel: str = ""
) -> str:
    """Return a newsletter 600 pixels wide; `banner` and the blocks are HTML, `pixel` a URL."""
    inside = "".join(f'<tr><td style="padding:18px 32px">{block}</td></tr>' for block in blocks)
    tracker = (
        f'<img src="{pixel}" width="1" height="1" alt="" style="display:none">' if pixel else ""
    )
    return (
        '<!DOCTYPE html><html><head><meta name="viewport" content="width=device-width">'
        "<style>a{color:#b0562a} h2{margin:0 0 8px;font-size:19px} p{margin:0 0 "
        "10px}</style></head>"
        f'<body style="margin:0;background:{background}"><table role="presentation" width="100%" '
        f'cellspacing="0" cellpadding="0" style="background:{background}"><tr><td align="center" '
        'style="padding:24px 8px"><table role="presentation" width="600" cellspacing="0" '
        'cellpadding="0" style="background:#fff;font-family:Arial,Helvetica,sans-serif;'
        f'font-size:15px;line-height:1.5;color:#333"><tr><td>{banner}</td></tr>{inside}'
        '<tr><td style="padding:18px 32px;background:#fafafa;color:#888;font-size:12px">'
        f"{footer}</td></tr></table></td></tr></table>{tracker}</body></html>"
    )


def button(text: str, url: str, colour: str = "#b0562a") -> str:
    """Return a link that looks like a button."""
    return (
        f'<a href="{url}" style="display:inline-block;background:{colour};color:#fff;'
        'text-decoration:none;padding:11px 24px;border-radius:4px;font-weight:bold">'
        f"{text}</a>"
    )


def side_by_side(picture: str, text: str, width: int = 150) -> str:
    """Return a picture on the left and text on the right."""
    return (
        '<table role="presentation" cellspacing="0" cellpadding="0"><tr>'
        f'<td width="{width}" valign="top"><img src="{picture}" width="{width}" alt=""></td>'
        f'<td valign="top" style="padding-left:18px">{text}</td></tr></table>'
    )
