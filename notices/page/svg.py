"""SVG drawings of strangers, written anew from what may be drawn: shapes, colours, gradients.

No reference out of the file, script, text, font, picture or entity gets through. What would be
drawn otherwise than it was meant is refused by name; what draws nothing is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

from notices.page.pictures import PictureError, read_pictures

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
_CLIP = "notices-view"  # clips the drawing to its view box
_NUMBER = re.compile(r"\s*([0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)\s*(?:px|pt|mm|cm|in)?\s*")
_PLAIN = re.compile(r"[\w\s#.,()%+-]*")
_OWN = re.compile(r"""url\(\s*["']?(#[\w.-]+)["']?\s*\)""")
_REMARK = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
_CLASS = re.compile(r"\.([\w-]+)")
_WHOLE = re.compile(r"0*1(\.0*)?|100%")


def is_svg(data: bytes) -> bool:
    """Whether the bytes look like an XML file with an `svg` element."""
    head = data[:4000].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"<") and b"svg" in head


def clean_svg(data: bytes) -> tuple[bytes, tuple[float, float]]:
    """The drawing written anew, and its width and height in units of its own.

    Raises PictureError.
    """
    limits = read_pictures().svg
    if len(data) > int(limits["bytes"]):
        raise PictureError("svg_too_large", f"{int(limits['bytes']):,} bytes")
    root = _parse(data, limits)
    if root.tag != f"{{{SVG}}}svg":
        raise PictureError("svg_broken")
    box = _view_box(root)
    looks = dict(_class_rules(root))
    size = {"width": f"{box[2]:g}", "height": f"{box[3]:g}"}
    view = " ".join(f"{number:g}" for number in box)
    clean = ElementTree.Element(f"{{{SVG}}}svg", {"viewBox": view, **size})
    clip = ElementTree.SubElement(clean, f"{{{SVG}}}clipPath", {"id": _CLIP})
    corner = {"x": f"{box[0]:g}", "y": f"{box[1]:g}"}
    ElementTree.SubElement(clip, f"{{{SVG}}}rect", {**corner, **size})
    inherited = _attributes(root, looks, limits, ("looks",))
    outer = ElementTree.SubElement(clean, f"{{{SVG}}}g", {"clip-path": f"url(#{_CLIP})"})
    _copy(root, ElementTree.SubElement(outer, f"{{{SVG}}}g", inherited), looks, limits)
    ElementTree.register_namespace("", SVG)
    return ElementTree.tostring(clean, encoding="utf-8"), (box[2], box[3])


def _parse(data: bytes, limits: Mapping[str, Any]) -> ElementTree.Element:
    """The tree, refused while it is read where it is too large or declares entities."""
    builder = ElementTree.TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    depth = count = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count
        depth, count = depth + 1, count + 1
        if depth > int(limits["depth"]) or count > int(limits["elements"]):
            most = f"{limits['elements']} elements, {limits['depth']} deep"
            raise PictureError("svg_too_large", most)
        builder.start(_named(name), {_named(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_named(name))

    def refuse(*_: Any) -> None:
        raise PictureError("svg_entities")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(data, True)
        return builder.close()
    except (expat.ExpatError, AssertionError, LookupError, ValueError) as error:
        raise PictureError("svg_broken") from error


def _named(name: str) -> str:
    return "{" + name if "}" in name else name


def _view_box(root: ElementTree.Element) -> tuple[float, float, float, float]:
    try:
        left, top, wide, high = map(float, re.split(r"[\s,]+", root.get("viewBox", "").strip()))
    except ValueError:
        left = top = 0.0
        sides = [_NUMBER.fullmatch(root.get(name, "")) for name in ("width", "height")]
        wide, high = (float(side[1]) if side else 0.0 for side in sides)
    if not (0 < wide < 1e6 and 0 < high < 1e6 and abs(left) < 1e6 and abs(top) < 1e6):
        raise PictureError("svg_no_size")
    return left, top, wide, high


def _class_rules(root: ElementTree.Element) -> Iterator[tuple[str, str]]:
    """What the drawing's own style sheet says of each class. Other selectors are refused."""
    sheets = [element.text or "" for element in root.iter(f"{{{SVG}}}style")]
    looks: dict[str, str] = {}
    for sheet in sheets:
        text = _REMARK.sub("", sheet).replace("<![CDATA[", "").replace("]]>", "")
        rest = _RULE.sub("", text).strip()
        if rest:
            raise PictureError("svg_value", rest[:40])
        for selectors, said in _RULE.findall(text):
            for selector in map(str.strip, selectors.split(",")):
                if not (name := _CLASS.fullmatch(selector)):
                    raise PictureError("svg_value", selector[:40])
                looks[name[1]] = looks.get(name[1], "") + ";" + said
    yield from looks.items()


def _copy(
    source: ElementTree.Element,
    target: ElementTree.Element,
    looks: Mapping[str, str],
    limits: Mapping[str, Any],
) -> None:
    for element in source:
        space, _, name = element.tag.rpartition("}")
        if space != "{" + SVG or name in limits["left_out"] or name == "style":
            continue  # an editor's own notes
        if name not in limits["drawn"]:
            raise PictureError("svg_element", name[:40])
        said = _said(element, looks)
        if said.get("display") == "none":
            continue
        kept = _attributes(element, looks, limits, ("looks", "shape"))
        _copy(element, ElementTree.SubElement(target, element.tag, kept), looks, limits)


def _said(element: ElementTree.Element, looks: Mapping[str, str]) -> dict[str, str]:
    """Attributes, then what its classes say, then its own style: the later counts."""
    said = dict(element.attrib)
    classes = [looks.get(name, "") for name in said.pop("class", "").split()]
    for part in ";".join([*classes, said.pop("style", "")]).split(";"):
        name, colon, value = part.partition(":")
        if colon:
            said[name.strip()] = value.replace("!important", "").strip()
    return said


def _attributes(
    element: ElementTree.Element,
    looks: Mapping[str, str],
    limits: Mapping[str, Any],
    kinds: tuple[str, ...],
) -> dict[str, str]:
    """What may be said of an element, with values that lead nowhere out of the drawing."""
    kept: dict[str, str] = {}
    for name, value in _said(element, looks).items():
        if name in limits["see_through"]:
            if not _WHOLE.fullmatch(value):
                raise PictureError("svg_see_through", name)
        elif name in limits["refused"] or (name == "transform" and "shape" not in kinds):
            if value not in ("none", "normal", "visible", ""):
                raise PictureError("svg_value", name)
        elif name in ("href", f"{{{XLINK}}}href"):
            if not re.fullmatch(r"#[\w.-]+", value):
                raise PictureError("svg_value", "href")
            kept["href"] = value
        elif any(name in limits[kind] for kind in kinds):
            if not _PLAIN.fullmatch(_OWN.sub("", value)) or "url" in _OWN.sub("", value).lower():
                raise PictureError("svg_value", name)
            kept[name] = _OWN.sub(r"url(\1)", value)
    return kept
