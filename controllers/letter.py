import base64
import io
import logging
from dataclasses import replace
from functools import partial

from odoo.fields import Domain
from odoo.http import Controller, content_disposition, request, route
from odoo.tools.mimetypes import guess_mimetype
from werkzeug.wsgi import wrap_file

from ..models.iris_email_outgoing import read_alone
from ..tools import archive, html, html_page, quotes

_logger = logging.getLogger(__name__)

_LARGEST_ID = 2**31 - 1
# Of all pictures within one letter together, as bytes.
LARGEST_INLINE_IMAGES = 20 * 1024 * 1024


class LetterController(Controller):
    """The letter as the browser shows it, and the original as a file."""

    @route(
        f"/iris_email/letter/<int(max={_LARGEST_ID}):letter_id>/body",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def body(self, letter_id, **options):
        """Return the page of a letter, for the sandboxed iframe of the web client.

        :param int letter_id: the letter
        :param options: ``images=1`` lets the page load images from other servers, ``dark=1`` makes
            it light on dark, ``view=text`` shows the plain text, ``print=1`` makes it a page for
            paper
        :raises NotFound: there is no such letter, or the user may not read it
        """
        letter = _get_readable(letter_id)
        images, dark, printed = (options.get(name) == "1" for name in ("images", "dark", "print"))
        if letter.body_html and options.get("view") != "text":
            shown = html.sanitize(
                letter.body_html,
                allow_remote_images=images,
                inline_images=_get_inline_images(letter),
            )
        else:
            shown = html.SafeHtml(html.text_to_html(letter.body_text or ""))
        if not printed:
            label = request.env._("Show quoted text")
            shown = replace(shown, html=quotes.fold(shown.html, label))
        heading = html_page.heading(letter._get_heading()) if printed else ""
        return request.make_response(
            html_page.page(shown, title=letter.display_name, dark=dark, heading=heading),
            headers={
                "Content-Type": "text/html; charset=utf-8",
                "Content-Security-Policy": html_page.content_security_policy(
                    allow_remote_images=images, allow_print=printed
                ),
                "X-Content-Type-Options": "nosniff",
                "Referrer-Policy": "no-referrer",
                # Browsers look up the names in links beforehand, and a name can tell who reads.
                "X-DNS-Prefetch-Control": "off",
                "Cache-Control": "private, no-store",
            },
        )

    @route(
        f"/iris_email/letter/<int(max={_LARGEST_ID}):letter_id>/original",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def original(self, letter_id):
        """Return the letter as it came from the server, as a file to store.

        :param int letter_id: the letter
        :raises NotFound: there is no such letter, it was not received, or the user may not read it
        """
        letter = _get_readable(letter_id)
        name = html_page.file_name(letter.subject or "", f"letter-{letter.id}")
        return _make_download(letter._get_original(), name)

    @route(
        f"/iris_email/letter/<int(max={_LARGEST_ID}):letter_id>/files.zip",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def files(self, letter_id):
        """Return the files of a letter in one archive, without the pictures within its text.

        :param int letter_id: the letter
        :raises NotFound: there is no such letter, it has no files, or the user may not read it
        """
        letter = _get_readable(letter_id)
        domain = letter._get_files_domain() & Domain("type", "=", "binary")
        files = request.env["ir.attachment"].sudo().search(domain, order="id")
        if not files:
            raise request.not_found()
        content, size = archive.make_archive(
            ((file.name, partial(_open_file, file)) for file in files), letter.date
        )
        name = html_page.file_name(letter.subject or "", f"letter-{letter.id}", ".zip")
        response = _make_download(
            wrap_file(request.httprequest.environ, content), name, "application/zip"
        )
        response.headers["Content-Length"] = size
        response.direct_passthrough = True
        return response

    @route(
        f"/iris_email/receipt/<int(max={_LARGEST_ID}):receipt_id>/original",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def receipt_original(self, receipt_id):
        """Return a letter that could not be stored, as it came from the server.

        :param int receipt_id: its row in the ledger
        :raises NotFound: there is none, nothing was kept, or the user may not read the mailbox
        """
        receipt = request.env["iris.email.receipt"].browse(receipt_id).exists()
        if not receipt or not receipt.has_access("read") or not receipt.can_download:
            raise request.not_found()
        return _make_download(receipt._get_original(), f"letter-{receipt.id}.eml")


def _make_download(content, name, content_type="message/rfc822"):
    """Return the response that stores a letter, or what belongs to it, as a file."""
    if not content:
        raise request.not_found()
    return request.make_response(
        content,
        headers={
            "Content-Type": content_type,
            "Content-Disposition": content_disposition(name),
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


def _open_file(file):
    """Open a file of a letter, without loading it where it lies in the file store."""
    if not file.store_fname:
        return io.BytesIO(read_alone(file))
    try:
        return open(file._full_path(file.store_fname), "rb")
    except OSError as error:
        _logger.error("File %s of a letter is lost (%s)", file.id, type(error).__name__)
        return io.BytesIO()


def _get_readable(letter_id):
    """Return a letter that the user may read; a forbidden one looks as if it did not exist."""
    letter = request.env["iris.email"].browse(letter_id).exists()
    if not letter or not letter.has_access("read"):
        raise request.not_found()
    return letter


def _get_inline_images(letter):
    """Return the letter's own pictures as data URLs, by Content-ID (RFC 2392)."""
    if "cid:" not in letter.body_html.lower():
        return {}
    parts = request.env["ir.attachment"].search(
        [
            ("res_model", "=", letter._name),
            ("res_id", "=", letter.id),
            ("iris_content_id", "!=", False),
            ("iris_inline", "=", True),
        ],
        order="id",
    )
    images = {}
    left = LARGEST_INLINE_IMAGES
    for part in parts.filtered(lambda part: part.file_size <= LARGEST_INLINE_IMAGES):
        if part.file_size > left or part.iris_content_id in images:
            continue
        raw = read_alone(part)
        mimetype = part.mimetype or ""
        if not mimetype.startswith("image/"):
            mimetype = guess_mimetype(raw)
        start = f"data:{mimetype};base64,"
        if html.is_raster_image(start):
            images[part.iris_content_id] = start + base64.b64encode(raw).decode()
            left -= len(raw)
    return images
