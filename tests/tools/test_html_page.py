"""The page on which a letter is shown."""

import pytest
from iris_tools import html, html_page


def test_page_tells_the_client_what_it_needs():
    page = html_page.page(html.SafeHtml("<p>x</p>", 3), title="<b>")
    assert '<html data-iris-letter data-blocked-images="3">' in page
    assert "<title>&lt;b&gt;</title>" in page and "<p>x</p>" in page
    assert " data-text-only>" in html_page.page(html.SafeHtml("x", 0, True), title="")


def test_policy():
    strict = html_page.content_security_policy(allow_remote_images=False)
    assert "default-src 'none'" in strict and "img-src data:;" in strict
    assert "allow-scripts" not in strict
    assert "img-src data: https: http:;" in html_page.content_security_policy(
        allow_remote_images=True
    )


def test_heading_is_out_of_reach_of_the_letter():
    heading = html_page.heading([("From", "<anna@example.com>")])
    page = html_page.page(
        html.SafeHtml("<style>table { display: none }</style>"), title="", heading=heading
    )
    # It stands outside of the letter, under rules that none of the letter can be stronger than.
    assert f'<body>{heading}<div class="iris-letter">' in page
    assert "&lt;anna@example.com&gt;" in heading
    guard = page[page.index("@layer iris {") : page.index("@media print")]
    assert "body > .iris-heading, body > .iris-heading * { all: revert !important; }" in guard
    assert "content: none !important" in guard
    # The letter itself cannot write such rules.
    assert (
        "@layer"
        not in html.sanitize("<style>@layer a { b { color: red !important } }</style>").html
    )


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("Счёт № 5", "Счёт № 5.eml"),
        ("../../etc/passwd", "etc passwd.eml"),
        ('a\\b:c*d?"<e>|f\r\nX: y', "a b c d e f X y.eml"),
        ("\u202egnp.exe", "gnp.exe.eml"),
        ("...", "letter-7.eml"),
        ("", "letter-7.eml"),
        ("x" * 300, "x" * 100 + ".eml"),
    ],
)
def test_file_names(subject, name):
    assert html_page.file_name(subject, "letter-7") == name
