"""Files for the letters: PDF, spreadsheets, word documents, Outlook's winmail.dat."""

import struct
import zipfile
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from xml.sax.saxutils import escape

from font_roboto import font_files
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EPOCH = (2024, 1, 1, 0, 0, 0)
Row = Sequence[str | int | float]


def _styles() -> dict[str, ParagraphStyle]:
    if "Roboto" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("Roboto", font_files["Roboto"]))
        pdfmetrics.registerFont(TTFont("RobotoBold", font_files["RobotoBold"]))
    body = ParagraphStyle("body", fontName="Roboto", fontSize=10, leading=14, spaceAfter=5)
    return {
        "body": body,
        "small": ParagraphStyle("small", body, fontSize=8, leading=11, textColor="#555555"),
        "title": ParagraphStyle(
            "title", body, fontName="RobotoBold", fontSize=16, leading=21, spaceAfter=10
        ),
        "right": ParagraphStyle("right", body, alignment=TA_RIGHT),
    }


def _cells(rows: Sequence[Row]) -> list[list[str]]:
    def text(value: str | int | float) -> str:
        return f"{value:,.2f}".replace(",", " ") if isinstance(value, float) else str(value)

    return [[text(value) for value in row] for row in rows]


def _table(rows: Sequence[Row], widths: Sequence[float], colour: str) -> Table:
    style = _styles()["body"]
    cells = [
        [Paragraph(escape(cell), style) if len(cell) > 18 else cell for cell in row]
        for row in _cells(rows)
    ]
    table = Table(cells, [width * mm for width in widths], repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("FONT", (0, 0), (-1, -1), "Roboto", 9.5),
                ("FONT", (0, 0), (-1, 0), "RobotoBold", 9.5),
                ("BACKGROUND", (0, 0), (-1, 0), HexColor(colour)),
                ("TEXTCOLOR", (0, 0), (-1, 0), HexColor("#ffffff")),
                ("GRID", (0, 0), (-1, -1), 0.4, HexColor("#b8b8b8")),
                ("ALIGN", (2, 1), (-1, -1), "RIGHT"),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ]
        )
    )
    return table


def pdf(
    title: str,
    before: Sequence[str],
    rows: Sequence[Row] = (),
    widths: Sequence[float] = (),
    after: Sequence[str] = (),
    colour: str = "#27496d",
    note: str = "",
) -> bytes:
    """Return a PDF of one or more pages: title, paragraphs, a table, paragraphs, small print.

    Paragraphs may use reportlab's little mark-up (``<b>``). The bytes depend on nothing else.
    """
    styles, output = _styles(), BytesIO()
    story = [Paragraph(title, styles["title"])]
    story += [Paragraph(line, styles["body"]) for line in before]
    if rows:
        story += [Spacer(1, 4 * mm), _table(rows, widths, colour), Spacer(1, 4 * mm)]
    story += [Paragraph(line, styles["body"]) for line in after]
    if note:
        story += [Spacer(1, 8 * mm), Paragraph(note, styles["small"])]
    document = SimpleDocTemplate(
        output,
        pagesize=A4,
        title=title,
        invariant=1,
        leftMargin=20 * mm,
        rightMargin=20 * mm,
        topMargin=18 * mm,
    )
    document.build(story)
    return output.getvalue()


def invoice(
    title: str,
    seller: Sequence[str],
    buyer: Sequence[str],
    lines: Sequence[tuple[str, int, float]],
    currency: str,
    *,
    russian: bool = False,
    after: Sequence[str] = (),
    colour: str = "#27496d",
) -> bytes:
    """Return an invoice as a PDF; `lines` are (goods, quantity, price)."""
    head = ("Товар", "Кол-во", "Цена", "Сумма") if russian else ("Goods", "Qty", "Price", "Amount")
    total = sum(quantity * price for _name, quantity, price in lines)
    rows: list[Row] = [("№", *head)]
    rows += [
        (number, name, quantity, price, quantity * price)
        for number, (name, quantity, price) in enumerate(lines, 1)
    ]
    rows.append(("", "Итого" if russian else "Total", "", currency, total))
    labels = ("Поставщик", "Покупатель") if russian else ("Seller", "Buyer")
    before = [
        f"<b>{label}:</b> " + "<br/>".join(lines_of)
        for label, lines_of in zip(labels, (seller, buyer), strict=True)
    ]
    return pdf(title, before, rows, (10, 82, 20, 26, 32), after, colour)


def sheet(title: str, rows: Sequence[Row], colour: str = "27496D", note: str = "") -> bytes:
    """Return an .xlsx workbook with one formatted table, its first row the heading."""
    book = Workbook()
    book.properties.created = book.properties.modified = datetime(*_EPOCH)
    page = book.active
    page.title = title[:31]
    line = Side(style="thin", color="BBBBBB")
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            cell = page.cell(number, column, value)
            cell.border = Border(line, line, line, line)
            if isinstance(value, float):
                cell.number_format = "#,##0.00"
            if number == 1:
                cell.font = Font(bold=True, color="FFFFFF")
                cell.fill = PatternFill("solid", fgColor=colour)
                cell.alignment = Alignment(wrap_text=True, vertical="center")
    for column in range(1, len(rows[0]) + 1):
        longest = max(len(str(row[column - 1])) for row in rows if len(row) >= column)
        page.column_dimensions[page.cell(1, column).column_letter].width = min(longest + 3, 48)
    page.freeze_panes = "A2"
    if note:
        page.cell(len(rows) + 2, 1, note).font = Font(italic=True, color="777777")
    output = BytesIO()
    book.save(output)
    return output.getvalue()


_DOCX_PARTS = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.wordprocessingml.document.main+xml"/></Types>'
    ),
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Target="word/document.xml" Type="http://schemas.openxmlformats.org'
        '/officeDocument/2006/relationships/officeDocument"/></Relationships>'
    ),
}


def document(title: str, paragraphs: Sequence[str]) -> bytes:
    """Return a .docx with a bold title and plain paragraphs (ECMA-376 part 1 §11.3.10)."""

    def paragraph(text: str, bold: str = "") -> str:
        return f'<w:p><w:r>{bold}<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'

    body = paragraph(title, '<w:rPr><w:b/><w:sz w:val="32"/></w:rPr>')
    body += "".join(paragraph(text) for text in paragraphs)
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    text = f'<w:document xmlns:w="{namespace}"><w:body>{body}<w:sectPr/></w:body></w:document>'
    output = BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        for name, xml in {**_DOCX_PARTS, "word/document.xml": text}.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' + xml)
    return output.getvalue()


def _tnef_attribute(level: int, tag: int, data: bytes) -> bytes:
    return struct.pack("<BII", level, tag, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def winmail(subject: str, files: Sequence[tuple[str, bytes]]) -> bytes:
    """Return a winmail.dat that holds `files` ([MS-OXTNEF] §2.1): names in windows-1251."""
    message, attachment = 1, 2
    parts = [
        struct.pack("<IH", 0x223E9F78, 1),
        _tnef_attribute(message, 0x00089006, struct.pack("<I", 0x00010000)),
        _tnef_attribute(message, 0x00069007, struct.pack("<II", 1251, 0)),
        _tnef_attribute(message, 0x00078008, b"IPM.Microsoft Mail.Note\0"),
        _tnef_attribute(message, 0x00018004, subject.encode("cp1251") + b"\0"),
    ]
    for name, content in files:
        rendering = struct.pack("<HIHHI", 1, 0xFFFFFFFF, 0, 0, 0)
        parts += [
            _tnef_attribute(attachment, 0x00069002, rendering),
            _tnef_attribute(attachment, 0x00018010, name.encode("cp1251") + b"\0"),
            _tnef_attribute(attachment, 0x0006800F, content),
        ]
    return b"".join(parts)
