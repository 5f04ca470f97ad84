"""Whatever is in a letter, looking through it takes a moment."""

import time

import pytest
from iris_tools import html
from iris_tools.html_bounds import Shape, measure


def _formatting(number):
    return "".join(f"<b a={n}>" for n in range(number))


SHAPES = {
    "formatting elements that differ": _formatting(80_000),
    "formatting elements, then blocks": _formatting(5_000) + "<p>x" * 5_000,
    "nested div": "<div>" * 100_000,
    "nested tables": "<table>" * 100_000,
    "nested cells": "<table><tr><td>" * 60_000,
    "nested font": "<font>" * 100_000,
    "nested lists": "<ul><li>" * 70_000,
    "nested lists, few": "<ul><li>" * 5_900,
    "foster parents": "<table><tr>" + _formatting(99) + "<td></td>x" * 60_000,
    "foster parents, few": "<table><tr>" + _formatting(60) + "<td></td>x" * 3_500,
    "adoption": "<b><div>" * 3_000 + "</b>" * 3_000,
    "links in links": "<a href=x><div><div><div><div>" * 2_300,
    "attributes": "<p " + " ".join(f"a{n}" for n in range(150_000)) + ">",
    "attributes behind quotes": "<p " + " ".join(f"a{n}='>'" for n in range(100_000)) + ">",
    "open tags": "<a " * 300_000,
    "open quotes": "<a b='" + '<a b="' * 10_000 + "x" * 1_000_000,
    "angle brackets": "<" * 1_000_000,
    "closing brackets": ">" * 1_000_000,
    "ampersands": "&" * 1_000_000,
    "ampersands, few": "&" * 99_000,
    "no-break spaces": "&nbsp;" * 300_000,
    "raw no-break spaces": "\xa0" * 1_000_000,
    "spaces": " " * 1_000_000,
    "blank lines": " \n" * 500_000,
    "comments": "<!--" * 250_000,
    "style elements": "<style>a{b:c}</style>" * 3_900,
    "open style elements": "<style>" * 100_000,
    "brackets in CSS": "<style>" + "(" * 1_000_000 + "</style>",
    "braces in CSS": "<style>" + "a{" * 120_000 + "</style>",
    "backslashes in CSS": '<p style="' + "\\" * 1_000_000 + '">',
    "functions in CSS": '<p style="' + "rgb(" * 250_000 + '">',
    "style attributes": "".join(f'<p style="width:calc({n}px)">' for n in range(11_000)),
    "long reference": "&#" + "9" * 1_000_000 + ";",
    "body elements": "<body " * 100_000,
    "data addresses": "data:" * 200_000,
    "one long word": "a" * 1_000_000,
    "addresses": "a@b." * 250_000,
    "web addresses": "www." * 250_000,
    "quotes": "> " * 500_000,
    "quotes by turns": (">" * 12 + "\n\n") * 40_000,
    "brackets after a link": "http://a.b/" + ")" * 1_000_000,
}  # fmt: skip


@pytest.mark.parametrize("function", [html.sanitize, html.to_text, html.text_to_html])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_megabyte_takes_a_moment(shape, function):
    start = time.process_time()
    function(SHAPES[shape])
    # Far above what it takes, far below what it would take if it were not linear.
    assert time.process_time() - start < 5


def test_shapes():
    assert measure("<p>Hello</p>") is Shape.PLAIN
    assert measure("<td>x</td>" * 20_000) is Shape.HEAVY
    assert measure("<div>" * 200_000) is Shape.HOPELESS


def test_too_intricate_letter_is_shown_as_its_text():
    result = html.sanitize("<p onclick=x>Hello <b>there</b>" + "<div>" * 200_000)
    assert result == html.SafeHtml('<div class="iris-plain">Hello there</div>', 0, True)
    deep = html.sanitize("Hello<b>" + "<div>" * 15_000)
    assert deep.is_text_only and "Hello" in deep.html
