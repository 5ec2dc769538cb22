"""Charts as pieces of a page: SVG without addresses, scripts, styles or ids of its own, drawn without browser and network."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_ROOT = re.compile(r"<svg\b[^>]*?viewBox=\"(?P<box>[^\"]*)\"[^>]*>(?P<body>.*)</svg>\s*", re.DOTALL)
# What the reader of a screen is told stands in the page's own words; a mark's role and label would be said twice.
_NOISE = re.compile(r'\s(?:role|class|aria-[a-z]+|pointer-events|font-family|style|id|clip-path|xmlns(?::\w+)?)="[^"]*"')
_LONG = re.compile(r"\d+\.\d{2,}")
_EMPTY = re.compile(r"<path(?:\s(?:display|d|fill|transform)=\"[^\"]*\")*\s?/>(?<=d=\"\"/>)|<g></g>|<defs>.*?</defs>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Drawing:
    """The inside of an SVG, its viewBox, and its size."""

    body: str
    box: str

    @property
    def width(self) -> str:
        """Of the viewBox."""
        return self.box.split()[2]

    @property
    def height(self) -> str:
        """Of the viewBox."""
        return self.box.split()[3]


def drawn(chart: Mapping[str, Any]) -> Drawing:
    """A chart (a Vega-Lite specification) as SVG. The same chart gives the same bytes."""
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(dict(chart))
    match = _ROOT.fullmatch(svg)
    if match is None:
        raise ValueError("the chart's SVG has another shape than is known")
    body = _EMPTY.sub("", _NOISE.sub("", match["body"]))
    return Drawing(_LONG.sub(lambda found: f"{float(found[0]):.1f}".removesuffix(".0"), body), match["box"])
