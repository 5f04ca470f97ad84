"""What a letter quotes is folded, and nothing else."""

import re
import time

import nh3
import pytest
from iris_tools import html, quotes
from iris_tools.html import ATTRIBUTES, TAGS

_FOLD = '<details class="iris-quote"><summary>&lt;Quote&gt;</summary>'


def fold(shown):
    """Fold; whatever is folded, no other sign of the letter has changed."""
    folded = quotes.fold(shown, "<Quote>")
    if folded == shown:
        return folded
    assert folded.count(_FOLD) == 1
    start = folded.index(_FOLD)
    inner = folded.replace(_FOLD, "", 1)
    ends = [found.start() for found in re.finditer("</details>", inner) if found.start() >= start]
    assert any(inner[:end] + inner[end + len("</details>") :] == shown for end in ends)
    return folded


def parts(letter, *, is_text=False):
    """Return what of a letter is shown before the fold, in it, and behind it, as text."""
    shown = html.text_to_html(letter) if is_text else html.sanitize(letter).html
    folded = fold(shown)
    if _FOLD not in folded:
        return (_text(folded),)
    before, inside = folded.split(_FOLD)
    inside, after = inside.rsplit("</details>", 1)
    # As a browser reads it, too.
    assert _REL.sub("", folded) == _REL.sub("", _as_browser(folded))
    return _text(before), _text(inside), _text(after)


_REL = re.compile(r' target="_blank"(?: rel="[a-z ]+")?')


def _as_browser(shown):
    attributes = {**ATTRIBUTES, "a": {"href", "target"}}
    return nh3.clean(
        shown, tags=TAGS, attributes=attributes, link_rel=None, clean_content_tags=set()
    )


def _text(shown):
    return " ".join(html.to_text(shown).split())


GMAIL = (
    '<div dir="ltr">New</div><br><div class="gmail_quote gmail_quote_container">'
    '<div dir="ltr" class="gmail_attr">On Mon, 2 Mar 2026 at 10:15, Anna &lt;'
    '<a href="mailto:a@example.com">a@example.com</a>&gt; wrote:<br></div>'
    '<blockquote class="gmail_quote" style="margin:0 0 0 .8ex">old</blockquote></div>'
)
THUNDERBIRD = (
    '<p>New</p><div class="moz-cite-prefix">02.03.2026 10:15, Anna пишет:<br></div>'
    '<blockquote type="cite" cite="mid:1@x"><pre>old</pre></blockquote>'
)
YANDEX = (
    '<div>New</div><div> </div><div>02.03.2026, 10:15, "Anna" &lt;a@example.com&gt;:</div>'
    "<blockquote><div>old</div></blockquote>"
)
MAIL_RU = (
    '<div>New<br><br><br>--<br>Ivan</div><blockquote style="border-left:1px solid #0857A6">'
    "Понедельник, 2 марта 2026, 10:15 +03:00 от Anna &lt;a@example.com&gt;:<br>old</blockquote>"
)
OUTLOOK = (
    '<div class="WordSection1"><p class="MsoNormal">New</p><p>&nbsp;</p><div><div style="border:'
    'none;border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal"><b>From:</b> Anna\r\n Petrova'
    " &lt;a@example.com&gt;<br><b>Sent:</b> Monday<br><b>To:</b> Ivan<br><b>Subject:</b> x</p>"
    "</div></div><p>old</p><table><tr><td>old</td></tr></table></div>"
)
OUTLOOK_RUSSIAN = OUTLOOK.replace("From:", "От:").replace("Sent:", "Отправлено:")
OUTLOOK_WEB = (
    '<div>New</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg" dir="ltr"><font><b>'
    "From:</b> Anna<br><b>Sent:</b> Monday<br></font><div>&nbsp;</div></div><div>old</div>"
)
APPLE = (
    "New<div><br><blockquote type=cite><div>On 2 Mar 2026, at 10:15, Anna wrote:</div><br>"
    '<div>old</div></blockquote></div><img src="https://t.example/pixel">'
)
OURS = (
    "<p>New</p><div><p>You wrote:<br>March 2, 2026 at 10:15, Anna &lt;a@example.com&gt;</p>"
    "<blockquote>old</blockquote></div>"
)


@pytest.mark.parametrize(
    "letter",
    [GMAIL, THUNDERBIRD, YANDEX, MAIL_RU, OUTLOOK, OUTLOOK_RUSSIAN, OUTLOOK_WEB, APPLE, OURS],
)
def test_mail_programs(letter):
    before, inside, after = parts(letter)
    assert before.removesuffix(" -- Ivan") == "New"
    assert "old" in inside and not after
    assert "Anna" in inside


@pytest.mark.parametrize(
    "quote",
    [
        "On Mon, 2 Mar 2026 at 10:15, Anna <a@example.com> wrote:\n> old\n>> older\n> old\n",
        "On Mon, 2 Mar 2026 at 10:15, Anna Alexandrovna Petrova <\na@example.com> wrote:\n\n> old",
        "2 марта 2026 г., 10:15, Anna <a@example.com> написала:\n> old\n",
        "пн, 2 мар. 2026 г. в 10:15, Anna <a@example.com>:\n\n> old\n",
        "-----Original Message-----\nFrom: Anna\nSent: Monday\n\nold\n",
        "-------- Исходное сообщение --------\nОт: Anna\n\nold\n",
        "From: Anna\nDate: Monday\nTo: Ivan\nSubject: x\n\nold\n",
        "________________________________\nОт: Anna\nОтправлено: 2 марта\nКому: Ivan\n\nold\n",
    ],
)
def test_plain_text(quote):
    before, inside, after = parts("New\n\n" + quote, is_text=True)
    assert before.rstrip(" _") == "New"
    assert inside.endswith("old") and "Anna" in inside and not after


@pytest.mark.parametrize(
    "letter",
    [
        "> old\nnew\n> old\nnew\n",
        "Anna wrote:\n> old\nnew\n",
        "On Mon, 2 Mar 2026 Anna wrote:\n> old\n",
        "> old\n> old\n",
        "-----Original Message-----\nFrom: Anna\n\nold\n",
        "From: Anna\nSent: Monday\nTo: Ivan\n\nold\n",
        "Look\n\n---------- Forwarded message ---------\nFrom: A\nDate: x\nTo: y\n\n> old\n",
        "See below\n\nПересылаемое сообщение:\nОт: Anna\nДата: x\nТема: y\n\nold\n",
        "The form has these fields:\nFrom: a place\nTo: another\n",
        "no quote at all",
        "",
    ],
)
def test_what_stays_in_sight(letter):
    assert len(parts(letter, is_text=True)) == 1


def test_forwarded_by_gmail():
    letter = (
        'FYI<div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ------'
        "---<br>From: Anna<br>Date: Mon<br>Subject: x<br>To: Ivan<br></div><br>content</div>"
    )
    assert len(parts(letter)) == 1


def test_answers_within_the_container_of_a_quote():
    answered = (
        '<div>Hello</div><div class="gmail_quote"><div>On 2 Mar 2026 Anna wrote:</div>'
        "<blockquote>first</blockquote><div>my answer</div><blockquote>second</blockquote></div>"
    )
    before, inside, _after = parts(answered)
    assert before.endswith("my answer") and inside == "second"


def test_signature_behind_a_quote():
    text = "New\n> old\n\n-- \nIvan"
    assert parts(text, is_text=True) == ("New", "old", "-- Ivan")


def test_several_quotes_at_the_end():
    letter = "<p>New</p><blockquote>1</blockquote> <blockquote>2</blockquote>"
    assert parts(letter) == ("New", "1 2", "")


def test_long_quote_with_the_answer_below():
    long = "> a long line of an old letter\n" * 100
    attribution = "On Mon, 2 Mar 2026 Anna wrote:\n"
    before, inside, after = parts(f"Hello\n{attribution}{long}\nNew", is_text=True)
    assert (before, after) == ("Hello", "New") and inside.startswith("On Mon")
    assert len(parts(f"{long}\nNew\n{long}\nNew", is_text=True)) == 1


def test_a_sentence_that_ends_in_a_colon_is_no_attribution():
    before, inside, _after = parts("Ivan, what do you say to this:\n> old", is_text=True)
    assert before.endswith("this:") and inside == "old"


def test_where_no_block_may_begin():
    for letter in (
        "<p>New<span> x <br>-----Original Message-----<br>old</span></p>",
        "<ul><li>New</li><blockquote>old</blockquote></ul>",
        "<table><tr><td>New</td><td>-----Original Message-----<br>old</td></tr></table><p>end</p>",
    ):
        assert len(parts(letter)) == 1
    assert parts(
        "<p><table><tr><td>New<br>-----Original Message-----<br>old</td></tr></table>"
    ) == ("New", "-----Original Message----- old", "")


def test_styles_are_no_text():
    letter = "<style>a{color:red}\n-----Original Message-----\nb{color:red}</style><p>New</p>"
    assert len(parts(letter)) == 1


@pytest.mark.parametrize(
    "letter",
    [
        "x" + "<blockquote>" * 10_000 + "y",
        "x" + "<div>" * 5_000 + "<blockquote>y" + "</blockquote>" + "</div>" * 5_000,
        "x" + '<div class="gmail_quote">' * 5_000 + "<blockquote>a</blockquote>b" * 1_000,
        "x" + '<div class="gmail_quote"><blockquote>a</blockquote></div>' * 3_900,
        "x" + '<div class="gmail_quote">' * 5_900 + "<br>" + " " * 1_000_000 + "y",
        "x<br>" + "From: a<br>" * 5_900,
        "x<br>" + "From: a\n\n<br>Sent:<br>" * 5_000,
        "x<blockquote>" + "From: a<br>Sent: b<br>To: c<br>" * 3_000 + "</blockquote>",
        "x" + "<blockquote>a</blockquote>" * 5_900,
        "x" + "-" * 1_000_000 + "<blockquote>y",
        "x" + "On 1 " * 500_000 + ":<blockquote>y</blockquote>",
        "x" + "&nbsp;" * 90_000 + "<blockquote>y</blockquote>",
        "<p>" + "word " * 1_000_000 + "</p>" + OUTLOOK,
        "x<pre>" + "\n" * 4_000_000 + "</pre><blockquote>y</blockquote>",
        "x<pre>" + "From: a\n" * 600_000 + "</pre>",
        "x<pre>" + "wrote" * 900_000 + ":</pre><blockquote>y</blockquote>",
    ],
)
def test_hostile_html(letter):
    shown = html.sanitize(letter).html
    start = time.process_time()
    fold(shown)
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    "line", ["> a\n", "x\n> a\n", "-----Original Message-----\n> ", "From: a\nSent: b\nTo: c\n> "]
)
def test_long_plain_text(line):
    shown = html.text_to_html("x\n" + line * (3_000_000 // len(line)))
    start = time.process_time()
    fold(shown)
    assert time.process_time() - start < 4


def test_html_that_no_sanitiser_has_written_stays():
    for broken in ("<div>x<blockquote>y</div></blockquote>", "x<blockquote>y", "</p>"):
        assert quotes.fold(broken, "x") == broken
