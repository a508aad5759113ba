"""Drawings as SVG elements of a page, coloured by its style sheet so that they follow light and dark."""

from __future__ import annotations

import base64
from html import escape

from ..drawings.drawing import Area, Circle, Drawing, Line, Shape, Words
from ..drawings.palette import DARK, LIGHT, STYLES


def svg(drawing: Drawing) -> str:
    """The drawing as an element, its picture inlined; it is never shown wider than on paper."""
    size = f"{drawing.width:g}", f"{drawing.height:.1f}"
    kind = "picture" if drawing.picture else "diagram"
    parts = [
        f'<svg class="{kind}" viewBox="0 0 {size[0]} {size[1]}" style="max-width:{1.25 * drawing.width:.0f}px" '
        f'role="img" aria-label="{escape(drawing.label, quote=True)}">'
    ]
    if drawing.picture:
        mime = "image/png" if drawing.picture.startswith(b"\x89PNG") else "image/jpeg"
        data = base64.b64encode(drawing.picture).decode("ascii")
        parts.append(
            f'<image width="{size[0]}" height="{size[1]}" preserveAspectRatio="none" href="data:{mime};base64,{data}"/>'
        )
    parts += [_shape(shape) for shape in drawing.shapes]
    return "".join(parts) + "</svg>"


def style_sheet() -> str:
    """The colours of light and dark pages, of paper, and the styles of the shapes."""
    shapes = "\n".join(_rule(name) for name in STYLES)
    dark = f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {_variables(DARK)} }} }}"
    return f":root {{ {_variables(LIGHT)} }}\n{dark}\n{shapes}\n"


def _variables(colours: dict[str, str]) -> str:
    return " ".join(f"--{name}: {colour};" for name, colour in colours.items())


def _rule(name: str) -> str:
    style = STYLES[name]
    stroke, fill = (f"var(--{colour})" if colour else "none" for colour in (style.stroke, style.fill))
    dash = f" stroke-dasharray: {' '.join(f'{d:g}' for d in style.dash)};" if style.dash else ""
    opacity = f" opacity: {style.opacity:g};" if style.opacity < 1.0 else ""
    return f"svg .{name} {{ stroke: {stroke}; fill: {fill}; stroke-width: {style.width:g};{dash}{opacity} }}"


def _shape(shape: Shape) -> str:
    match shape:
        case Line(points, style):
            return f'<path class="{style}" style="fill:none" d="M{"L".join(_at(p) for p in points)}"/>'
        case Area(points, style):
            return f'<path class="{style}" d="M{"L".join(_at(p) for p in points)}Z"/>'
        case Circle((x, y), radius, style):
            return f'<circle class="{style}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}"/>'
        case Words():
            return _words(shape)


def _words(words: Words) -> str:
    x, y = words.at
    place = f'transform="translate({x:.1f} {y:.1f}) rotate(-90)"' if words.is_upright else f'x="{x:.1f}" y="{y:.1f}"'
    halo = ' class="on-picture"' if words.has_halo else ""
    return (
        f'<text{halo} {place} font-size="{words.size:g}" text-anchor="{words.anchor}" '
        f'style="fill:var(--{words.colour})">{escape(words.text)}</text>'
    )


def _at(point: tuple[float, float]) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}"
