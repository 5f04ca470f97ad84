"""HTML to text, and text to HTML."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from iris_tools import html


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_taken(text):
    html.sanitize(text)
    html.to_text(text)
    html.text_to_html(text)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("", ""),
        ("Hello", "Hello"),
        ("<p>One</p><p>Two\nlines</p>", "One\n\nTwo lines"),
        ("One<br>Two<BR/>Three", "One\nTwo\nThree"),
        ("<div>One</div><div>Two</div>", "One\n\nTwo"),
        ("<ul><li>One<li>Two</ul>", "- One\n- Two"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n\n3"),
        ("a <b>b</b> c<i>d</i>", "a b cd"),
        ('<a href="http://x">link</a>', "link"),
        ("&lt;b&gt; &amp; &eacute;&#1055;&nbsp;&nbsp;x", "<b> & éП x"),
        ("a < b and c > d", "a < b and c > d"),
        ("<style>p{a:b}</style>x<script>if (a<b) '</p>'</script>y<!-- <p> no -->z", "xyz"),
        ("<head><title>no</title></head><body>yes", "yes"),
        ("<STYLE type=x>no</STYLE >yes<style>no", "yes"),
        ('<p title="a > b">yes', "yes"),
        ("<p title=it's>its</p> 'x'", "its\n\n'x'"),
        ("<!DOCTYPE html><?xml x?><![endif]>yes", "yes"),
        ("<!--[if mso]><p>no</p><![endif]-->yes", "yes"),
        ("<pre>a\n  b\n\n\nc</pre>d\ne", "a\n  b\n\n\nc\n\nd e"),
        ("so\xadft\x00", "soft"),
        ("<o:p>x</o:p>", "x"),
        ("&#99999999999999999999999;", "\ufffd"),
    ],
)
def test_to_text(written, text):
    assert html.to_text(written) == text


def test_pictures_in_the_html_do_not_use_up_the_text():
    letter = f'<img src="data:image/png;base64,{"A" * 2_000_000}"><p>At the end</p>'
    assert html.to_text(letter) == "At the end"


def inner(text):
    output = html.text_to_html(text)
    assert output.startswith('<div class="iris-plain">') and output.endswith("</div>")
    return output[24:-6]


def link(target, text=None):
    rel = 'target="_blank" rel="noopener noreferrer nofollow"'
    return f'<a href="{target}" {rel}>{text or target}</a>'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("a  b\n\n c", "a  b\n\n c"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("<script>&\"'", "&lt;script&gt;&amp;&quot;&#x27;"),
        ("See https://a.example/x?y=1&z=2.",
         f"See {link('https://a.example/x?y=1&amp;z=2')}."),
        ("(https://a.example/b(c))", f"({link('https://a.example/b(c)')})"),
        ("<https://a.example>", f"&lt;{link('https://a.example')}&gt;"),
        ("WWW.example.com!", link("http://WWW.example.com", "WWW.example.com") + "!"),
        ("ivan@example.com, x", link("mailto:ivan@example.com", "ivan@example.com") + ", x"),
        ("иван@пример.рф", link("mailto:иван@пример.рф", "иван@пример.рф")),
        ("javascript:alert(1) ftp://x", "javascript:alert(1) ftp://x"),
        ('http://a.example/"onclick=x', link("http://a.example/") + "&quot;onclick=x"),
        ("> a\n> b\nc", "<blockquote>a\nb</blockquote>c"),
        ("> a\n>> b\n> > c\n> d", "<blockquote>a<blockquote>b\nc</blockquote>d</blockquote>"),
        ("a > b", "a &gt; b"),
    ],
)  # fmt: skip
def test_text_to_html(text, shown):
    assert inner(text) == shown


def test_quotes_are_not_nested_without_end():
    output = inner(">" * 100 + "x")
    assert output.count("<blockquote>") == output.count("</blockquote>") == 12
