"""A letter as a page to read and print: made of our own Markdown, every character escaped, and nothing in it that loads anything."""

from __future__ import annotations

import html
import re

_TOKEN = re.compile(r"\\(.)|\*\*(.+?)\*\*|`([^`]+)`", re.DOTALL)
_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 11pt/1.5 Georgia, "Times New Roman", serif; color: #111; background: #fff; }}
main {{ max-width: 42em; margin: 3em auto; padding: 0 1.5em; overflow-wrap: anywhere; }}
h2 {{ font-size: 12.5pt; margin: 1.6em 0 0.4em; break-after: avoid; }}
li {{ margin: 0.2em 0; }}
code {{ font-family: "Courier New", monospace; font-size: 0.95em; }}
@media print {{ main {{ margin: 0; max-width: none; padding: 0; }} @page {{ margin: 2.5cm; }} }}
</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


def html_of(letter: str, language: str, title: str) -> str:
    """The page of a letter in the Markdown that `markdown.render` makes: headings, lists, paragraphs, bold and code, no more."""
    blocks: list[str] = []
    items: list[str] = []
    for line in [*letter.splitlines(), ""]:
        if line.startswith("- "):
            items.append(f"<li>{_inline(line[2:])}</li>")
            continue
        if items and line:  # a list ends where other text begins
            blocks, items = [*blocks, _list(items)], []
        if line.startswith("## "):
            blocks.append(f"<h2>{_inline(line[3:])}</h2>")
        elif line:
            blocks.append(f"<p>{_inline(line)}</p>")
    if items:
        blocks.append(_list(items))
    return _PAGE.format(language=language, title=html.escape(title), body="\n".join(blocks))


def _list(items: list[str]) -> str:
    return "\n".join(["<ul>", *items, "</ul>"])


def _inline(text: str) -> str:
    made, at = [], 0
    for token in _TOKEN.finditer(text):
        made.append(html.escape(text[at : token.start()]))
        literal, strong, code = token.groups()
        if literal is not None:
            made.append(html.escape(literal))
        else:
            made.append(f"<strong>{_inline(strong)}</strong>" if strong is not None else f"<code>{html.escape(code)}</code>")
        at = token.end()
    return "".join([*made, html.escape(text[at:])])
