"""HTML between a stored letter and Odoo's HTML editor, in whose page it may do no harm."""

import re
import time
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from iris_tools import html_editing
from iris_tools.html_editing import (
    content_ids,
    data_pictures,
    forwarded,
    from_editor,
    is_blank,
    local_pictures,
    picture_id,
    quote,
    text_as_html,
    to_editor,
    with_signature,
    without_signature_and_quote,
)
from iris_tools.html_text import to_text

PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
PICTURES = {"logo@x": "/web/image/12", "a b": "/web/image/13-x/a.png?access_token=t"}
BACK = {address: content_id for content_id, address in PICTURES.items()}
PATIENCE = 4.0  # the slowest takes a second


def there_and_back(html: str) -> str:
    return from_editor(to_editor(html, PICTURES), BACK)


# -----------------------------------------------------------------------------
# What the editor makes stays
# -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "<p>Hello <strong>bold</strong> <em>italic</em> <u>under</u> <s>struck</s></p>",
        '<p><span style="font-size:18px">a</span><span style="font-size:1.5rem">b</span></p>',
        '<p><font style="color:rgb(255, 0, 0);background-color:#ffff00">red</font></p>',
        '<p style="text-align:center">x</p><p style="margin-left:40px">y</p><p><br></p>',
        "<ul><li>a<ul><li>b</li></ul></li></ul><ol><li><p>c</p></li></ol>",
        '<ul><li class="oe-nested"><ol><li>x</li></ol></li></ul>',
        "<h1>a</h1><h2>b</h2><h3>c</h3><h4>d</h4><h5>e</h5><h6>f</h6>",
        '<table class="table table-bordered o_table"><tbody><tr style="height:40px">'
        '<td style="width:120px;border:1px solid #000000" colspan="2">x</td></tr></tbody></table>',
        "<blockquote>q</blockquote><pre>a\n  b\n\nc</pre><p><code>x</code></p><hr>",
        "<pre>\n\nfirst lines are empty</pre>",
        '<div class="o-paragraph">x</div>',
        '<p><a href="https://example.com/?a=1&amp;b=2" target="_blank"'
        ' rel="noopener noreferrer">x</a></p>',
        '<p><img src="cid:logo@x" class="img-fluid" style="width:50%;display:block;'
        'margin-left:auto;margin-right:auto" alt="Logo" width="200"></p>',
        '<p><img src="cid:a%20b"></p>',
        '<p><img src="https://t.example/a.png?x=1&amp;y=2" alt="Remote"></p>',
        "<p>a&nbsp;b &lt;c&gt; &amp;amp; д 😀</p>",
    ],
)
def test_what_the_editor_makes_stays(written):
    assert there_and_back(written) == written


def test_pictures_in_the_editor():
    assert to_editor('<img src="cid:logo@x">', PICTURES) == '<img src="/web/image/12">'
    assert to_editor('<img src="CID:a%20b">', PICTURES) == (
        '<img src="/web/image/13-x/a.png?access_token=t">'
    )
    assert to_editor('<img src="cid:other" alt="x">', PICTURES) == '<img alt="x">'
    remote = '<img src="http://t.example/a.png" alt="x">'
    shown = to_editor(remote, {})
    assert shown == '<img data-iris-src="http://t.example/a.png" alt="x">'
    assert from_editor(shown, {}) == remote
    assert to_editor('<img src="//t.example/a">', {}) == (
        '<img data-iris-src="https://t.example/a">'
    )
    for source in ("/web/session/logout", "x.png", "javascript:x", "data:image/svg+xml,x", ""):
        assert to_editor(f'<img src="{source}">', {}) == "<img>"
    assert to_editor('<img data-iris-src="http://t.example/a.png">', {}) == "<img>"


@pytest.mark.parametrize(
    ("given_", "stored"),
    [
        ('<img src="/web/image/12">', '<img src="cid:logo@x">'),
        ('<img src=" /web/image/12 ">', '<img src="cid:logo@x">'),
        ('<img src="/web/image/12" data-iris-src="https://t.example/a">', '<img src="cid:logo@x">'),
        ('<img data-iris-src="https://t.example/a">', '<img src="https://t.example/a">'),
        ('<img data-iris-src="//t.example/a">', '<img src="https://t.example/a">'),
        ('<img src="https://t.example/a">', '<img src="https://t.example/a">'),
        ('<img src="cid:x">', '<img src="cid:x">'),
        ('<img src="/web/image/99">', ""),
        ('<img src="/web/session/logout">', ""),
        ('<img src="blob:x">', ""),
        (f'<img src="{PIXEL}">', ""),
        (f'<img src=" {PIXEL}">', ""),
        ('<img data-iris-src="javascript:x">', ""),
        ('<img data-iris-src="/web/image/12">', ""),
        ('<img data-iris-src="cid:x">', ""),
        ('<img data-iris-src="http:///x">', ""),
        ("<img alt=x>", ""),
        ('<p data-iris-src="https://t.example/a">x</p>', "<p>x</p>"),
    ],
)
def test_pictures_from_the_editor(given_, stored):
    assert from_editor(given_, BACK) == stored


def test_which_pictures_are_there():
    html = (
        f'<img src="/web/image/12?a=1&amp;b=2"><img src="/web/image/12?a=1&amp;b=2">'
        f'<img src="/web/content/7"><img src="{PIXEL}"><img src="{PIXEL}"><img src="cid:a%20b">'
        '<img src="/web/session"><p title="<img src=/web/image/1>">/web/image/3</p>'
        '<img src="/website/image"><img src="http://x.example/web/image/5">'
        '<img src="data:image/svg+xml;base64,AAAA">'
    )
    assert local_pictures(html) == ("/web/image/12?a=1&b=2", "/web/content/7")
    assert data_pictures(html) == (PIXEL,)
    assert content_ids(html) == {"a b"}


def test_pasted_pictures_may_be_large():
    photo = "data:image/jpeg;base64," + "Q" * 12_000_000
    html = f'<p>See <b>this</b>: <img src="{photo}"></p>'
    started = time.perf_counter()
    assert data_pictures(html) == (photo,)
    assert from_editor(html, {photo: "p@x"}) == '<p>See <b>this</b>: <img src="cid:p@x"></p>'
    assert from_editor(f"<p>{photo}</p>", {}) == f"<p>{photo}</p>"
    assert time.perf_counter() - started < PATIENCE


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("/web/image/12", 12),
        ("/web/image/12-abc/name.png?access_token=x", 12),
        ("/web/image/12/100x100", 12),
        ("/web/content/12?download=1", 12),
        ("/web/image/ir.attachment/12/datas", 12),
        ("/web/image/ir.attachment/12/raw/name.png", 12),
        ("/web/image?model=ir.attachment&id=12&field=datas", 12),
        ("/web/image/?id=12", 12),
        ("/web/image/ir.attachment/12/checksum", None),
        ("/web/image/res.partner/12/datas", None),
        ("/web/image?model=res.partner&id=12", None),
        ("/web/image/base.icon", None),
        ("/web/image/12abc", None),
        ("/web/image/99999999999", None),
        ("/web/image/4294967296", None),
        ("/web/image?id=" + "9" * 5000, None),
        ("/web/image?id=١٢", None),
        ("/web/image?" + "&" * 5000, None),
        ("/web/image/../../12", None),
        ("https://x.example/web/image/12", None),
        ("", None),
    ],
)
def test_ids_of_pictures(address, number):
    assert picture_id(address) == number


# -----------------------------------------------------------------------------
# What an enemy makes does not
# -----------------------------------------------------------------------------

TAGS = set(
    "a abbr acronym address article aside b bdi bdo big blockquote br caption center cite code col"
    " colgroup dd del details dfn dir div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6"
    " header hr i img ins kbd li main mark menu nav ol p pre q rp rt ruby s samp section small span"
    " strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr".split()
)
CLASSES = set("o-paragraph oe-nested table table-bordered o_table img-fluid".split())
FORBIDDEN = re.compile(
    r"on.*|id|name|role|aria-.*|srcset|background|contenteditable|tabindex|data-(?!iris-).*|form.*"
)
STYLE = re.compile(
    r"position|z-index|transform|opacity|animation|transition|url|expression|fixed|sticky|\\"
    r"|[:\s]-[\d.]|vh|vw|vmin|vmax|display:none|visibility|overflow|content|filter|clip|inset",
    re.IGNORECASE,
)


class Reader(HTMLParser):
    def __init__(self, is_editor, is_quoted):
        super().__init__()
        self.problems = []
        self.is_editor = is_editor
        self.is_quoted = is_quoted

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        if tag not in TAGS or len(names) != len(attrs):
            self.problems.append(tag)
        for name, value in attrs:
            allowed = set() if self.is_quoted else CLASSES
            if (
                FORBIDDEN.fullmatch(name)
                or (name == "style" and STYLE.search(value))
                or (name == "class" and not set(value.split()) <= allowed)
                or (name == "href" and not re.match(r"(?i)https?://|mailto:|tel:", value))
                or (name == "src" and not self._is_source(value))
                or (name == "data-iris-src" and not self._is_remote(tag, value))
                or (self.is_quoted and name.startswith("data-"))
            ):
                self.problems.append(f"{tag} {name}={value}")

    def _is_source(self, value):
        if self.is_editor:
            return value in PICTURES.values() or value.startswith("data:image/")
        return re.match(r"(?i)https?://|cid:|data:image/(?!svg)", value)

    def _is_remote(self, tag, value):
        return self.is_editor and tag == "img" and re.match(r"(?i)https?://", value)

    def handle_comment(self, data):
        self.problems.append("comment")

    handle_decl = handle_pi = unknown_decl = handle_comment


def assert_harmless(html, *, is_editor=False, is_quoted=False):
    reader = Reader(is_editor, is_quoted)
    reader.feed(html)
    reader.close()
    assert not reader.problems, html


def assert_walls_hold(hostile):
    shown = to_editor(hostile, PICTURES)
    assert_harmless(shown, is_editor=True)
    stored = from_editor(hostile, BACK)
    assert_harmless(stored)
    once = from_editor(shown, BACK)
    assert_harmless(once)
    assert there_and_back(once) == once
    quoted = quote("", hostile, "text")
    inner = re.fullmatch(r'<div data-iris-quote="1">(.*)</div>', quoted, re.DOTALL)[1]
    assert_harmless(inner, is_quoted=True)
    assert_harmless(with_signature(hostile, hostile))


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script><img src=x onerror=alert(1)><svg onload=x><iframe src=x>",
        "<style>.o_navbar{display:none}</style><link rel=stylesheet href=http://e.example>",
        '<div class="modal fixed-top position-fixed o_dialog d-none vh-100 btn" id="x">x</div>',
        '<div class="o_main_navbar table o_technical_modal">x</div>',
        '<div style="position:fixed;inset:0;z-index:9999;background:red">x</div>',
        '<div style="position:absolute;top:0;opacity:0.01">x</div>',
        '<div style="margin-top:-500px;transform:translate(0,-9px)">x</div>',
        '<div style="width:100vw;height:100dvh;width:99999px;margin:0 -9px">x</div>',
        '<div style="background:url(http://t.example/x);list-style:url(x)">x</div>',
        '<div style="po\\73ition:fixed;-moz-binding:url(x);width:calc(100vw)">x</div>',
        '<div style="display:none">x</div><p style="visibility:hidden;text-indent:-9999px">y</p>',
        '<table background="http://t.example/x"><td background=x>x</td></table>',
        '<img srcset="http://t.example/1 1x" src="cid:logo@x" usemap="#m"><map name=m><area></map>',
        "<form action=x><input name=p><button>x</button></form><video src=x></video>",
        '<a href="javascript:x" target=_self>x</a><a href="/web/session/logout">y</a>',
        '<div data-oe-model="res.users" data-oe-id="1" contenteditable="false">x</div>',
        '<div data-embedded="x" data-o-mail-quote=1 t-esc="x" t-att-x="y" role="dialog">x</div>',
        '<img data-iris-src="http://t.example/x"><div data-iris-quote="2">x</div>',
        '<p title=\'"><img src="http://t.example/x"> data-iris-src="x\'>x</p>',
        '<img title=\' src="x" data-iris-src="http://t.example/x\' alt=x>',
        "<pre>\n\n\n\nx</pre><listing>\n\ny</listing><textarea>\n\nz</textarea>",
        "<!--[if mso]><img src=http://t.example><![endif]--><![CDATA[<b>]]><?x <b>?>",
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1&gt;'>",
    ],
)
def test_hostile_html(hostile):
    assert_walls_hold(hostile)
    assert_walls_hold(hostile + "<p>x</p>" * 7_000)


PIECES = st.sampled_from(
    "<svg> </svg> <math> <mtext> <style> </style> <!-- --> <table> <tr> <td> </table> <p> </p> <b>"
    " </b> <a href=x> </a> <img/src=x> <pre> </pre> <li> <ul> </ul> <div> </div> <blockquote> \n x"
    ' <img/src="http://t.example/a"> <img/src="cid:logo@x"> <img/data-iris-src="//t.example"> &lt;'
    ' <div/data-iris-quote="1"> <div/data-iris-signature="1"> <div/class="iris-plain"> &nbsp; " \''
    " <font/color=red> <i/class=table> <p/style=position:fixed;color:red> <script> </script> <form>"
    " <template> <select> <title> </title> <textarea> <h1> <dd> <nobr> <hr> <br> \xa0 \x00 &amp;"
    " <span/style='margin:-1px;x:y(;font:1px/0\"'> <caption> <col> </br> </p> <plaintext>".split(
        " "
    )
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_no_mixture_becomes_harmful(hostile):
    assert_walls_hold(hostile)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.text(max_size=80))
def test_text_is_shown_as_it_is(text):
    def words(shown):
        return re.sub("[\x00-\x20\x7f\xa0]+", "", shown)

    lines = text_as_html(text)
    assert_harmless(lines, is_quoted=True)
    assert there_and_back(lines) == lines
    if not re.search("[>&\ud800-\udfff\x80-\x9f]", text):
        shown = re.sub("<[^>]*>", "", lines.replace("<br>", "\n"))
        assert words(unescape(shown)) == words(text)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("color: red; FONT-SIZE: 12pt !important", "color:red;font-size:12pt"),
        ("margin: 0 auto; padding: 0 5px", "margin:0 auto;padding:0 5px"),
        ("background: #fff; background-color: rgba(0, 0, 0, .5)",
         "background:#fff;background-color:rgba(0, 0, 0, .5)"),
        ("background: url(x) #fff", ""),
        ("font: 12px/1.5 Arial, sans-serif", "font:12px/1.5 Arial, sans-serif"),
        ("font: 12px/0 Arial; line-height: 0; line-height: 1px", ""),
        ("font-size: 500px; font-size: 900%; width: 5000px; width: 110%; margin: 900px", ""),
        ("text-decoration-line: underline line-through",
         "text-decoration-line:underline line-through"),
        ("float: left; display: inline-block; white-space: pre-wrap",
         "float:left;display:inline-block;white-space:pre-wrap"),
        ("display: flex; display: none; display: contents", ""),
        ("mso-line-height-rule: exactly; --x: y; color: var(--x); behavior: url(x)", ""),
        ("width: expression(1); height: calc(1px); color: red", "color:red"),
        ("color: red; } p { x: y", "color:red"),
    ],
)  # fmt: skip
def test_styles(written, kept):
    output = from_editor(f'<p style="{written}">x</p>', {})
    assert output == (f'<p style="{kept}">x</p>' if kept else "<p>x</p>")


@pytest.mark.parametrize(
    "hostile",
    [
        "<b a=%d>" * 500_000,
        "<p>word</p>" * 450_000,
        "<div>" * 1_000_000,
        "<" * 5_000_000,
        "&amp;" * 1_000_000,
        "<p style='color:#%d'>x" * 11_000,
        "<img src='data:image/png;base64," + "A" * 5_000_000,
        "<img src='data:image/png;base64,AAAA'>" * 70_000,
        "x\n" * 2_500_000,
        "\xa0" * 5_000_000,
        "<p title='" + "x" * 5_000_000,
        "<div data-iris-quote=1>" * 200_000,
    ],
    ids=lambda text: text[:24],
)
def test_five_megabytes_of_an_enemy(hostile):
    hostile = "hello " + hostile
    for function in (
        lambda: to_editor(hostile, PICTURES),
        lambda: from_editor(hostile, BACK),
        lambda: quote("Head", hostile, ""),
        lambda: with_signature(hostile, "<p>Ivan</p>"),
        lambda: str(is_blank(hostile)) and "hello",
        lambda: str(local_pictures(hostile)) and "hello",
    ):
        started = time.perf_counter()
        assert "hello" in function()
        assert time.perf_counter() - started < PATIENCE
    once = there_and_back(hostile)
    assert there_and_back(once) == once


# -----------------------------------------------------------------------------
# Quotes and signatures
# -----------------------------------------------------------------------------


def test_quote_of_html():
    letter = (
        '<html><head><style>p{x:y}</style></head><body><p class="MsoNormal" id="a"'
        ' style="color:red;position:fixed">Hi <img src="cid:logo@x"><img src="http://t.example/a">'
        '<img data-iris-src="http://t.example/b"></p><div data-iris-signature="1">s</div></body>'
    )
    output = quote("On 5 March,\nIvan <a@b> wrote:", letter, "other text")
    assert output == (
        '<div data-iris-quote="1"><p>On 5 March,<br>Ivan &lt;a@b&gt; wrote:</p>'
        '<blockquote type="cite" style="margin:0 0 0 0.8ex;border-left:2px solid #cccccc;'
        'padding-left:1ex"><p style="color:red">Hi <img src="cid:logo@x">'
        '<img src="http://t.example/a"><img></p><div>s</div></blockquote></div>'
    )
    assert there_and_back(output) == output.replace("<img></p>", "</p>")
    assert "<blockquote" not in forwarded("Head", letter, "")
    assert '<p>Head</p><p style="color:red">Hi' in forwarded("Head", letter, "")


def test_quote_of_text():
    output = quote("", "", "Hello,\n\n  see www.example.com\n> old\nIvan")
    assert "<p>" not in output
    assert '<div style="white-space:pre-wrap">Hello,<br><br>  see <a href="http://www' in output
    assert "<blockquote>old</blockquote>Ivan" in output
    assert there_and_back(output) == output
    assert to_text(output).startswith("Hello,\n\nsee www.example.com")


def test_quotes_are_bounded():
    assert "<b>" not in quote("", "<b>x</b>" + "y" * 200_000, "as text")
    assert "as text" in quote("", "<b>x</b>" + "y" * 200_000, "as text")
    assert "as text" in quote("", "<div>" * 200 + "x", "as text")
    assert "as text" in quote("", "<p> </p>", "as text")
    assert "as <b>" in quote("", f'as <b>x</b><img src="{PIXEL + "A" * 900_000}">', "")
    long = quote("", "", "word " * 30_000)
    assert len(long) < 101_000 and "…" in long
    lines = quote("", "", ">\n\n" * 30_000)
    assert lines.count("<") < 10 and there_and_back(lines) == lines


def test_signature():
    letter = '<p>Hi</p><div data-iris-quote="1"><blockquote>q</blockquote></div>'
    signed = with_signature(letter, "<p>Ivan</p>")
    assert signed == (
        '<p>Hi</p><div data-iris-signature="1"><p>Ivan</p></div>'
        '<div data-iris-quote="1"><blockquote>q</blockquote></div>'
    )
    assert with_signature(signed, "<p>Anna</p>") == signed.replace("Ivan", "Anna")
    emptied = with_signature(signed, "")
    assert emptied == signed.replace("<p>Ivan</p>", "")
    assert with_signature(emptied, "<p>Ivan</p>") == signed
    assert with_signature(letter, "") == letter
    assert with_signature("<p>Hi</p>", "I") == '<p>Hi</p><div data-iris-signature="1">I</div>'
    assert there_and_back(signed) == signed
    nested = '<div data-iris-signature="1"><div>a</div><div>b</div></div><p>c</p>'
    assert with_signature(nested, "I") == '<div data-iris-signature="1">I</div><p>c</p>'


def test_signatures_within_quotes_are_none():
    letter = '<div data-iris-quote="1"><div data-iris-signature="1">x</div></div><p>y</p>'
    assert with_signature(letter, "I") == '<div data-iris-signature="1">I</div>' + letter
    evil = "<p title='<div data-iris-signature=\"1\">'>x</p>"
    assert with_signature(evil, "I").endswith('</p><div data-iris-signature="1">I</div>')
    forged = '<div data-iris-signature="1">x</div>'
    assert 'data-iris-signature="1"' not in with_signature("", forged)[30:]


def test_what_the_author_wrote():
    letter = with_signature("<p>Hi</p>" + quote("Head", "<div>q</div>", ""), "<div>Ivan</div>")
    assert without_signature_and_quote(letter + "<p>PS</p>") == "<p>Hi</p><p>PS</p>"
    begun = with_signature("<p><br></p>" + quote("Head", "q", ""), "Ivan")
    assert is_blank(without_signature_and_quote(begun))
    assert not is_blank(begun)


@pytest.mark.parametrize(
    ("html", "blank"),
    [
        ("", True),
        ("<p><br></p>", True),
        ("<ul><li>&nbsp;\u200b\ufeff</li></ul><hr>", True),
        ("<style>p{x:y}</style><script>x</script><!-- x -->", True),
        ("<p>x</p>", False),
        ("&lt;", False),
        ('<img src="cid:x">', False),
    ],
)
def test_blank(html, blank):
    assert is_blank(html) is blank


def test_public_names():
    assert all(hasattr(html_editing, name) for name in html_editing.__all__)
