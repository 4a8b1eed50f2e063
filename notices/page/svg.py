"""SVG drawings of strangers, written anew from what may be drawn: shapes, colours, gradients.

No reference out of the file, script, text, font, picture or entity gets through. What would be
drawn otherwise than it was meant is refused by name; what draws nothing is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

from notices.page.pictures import PictureError, read_pictures
from notices.page.svg_values import GRADIENTS, LINK, by_id, is_plain, linked, pixels

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
_CLIP = "notices-view"  # clips the drawing to its view box
_REMARK = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
_CLASS = re.compile(r"\.([\w-]+)")
_IMPORTANT = re.compile(r"\s*!\s*important\s*$")
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
    looks = _class_rules(root)
    size = {"width": f"{box[2]:g}", "height": f"{box[3]:g}"}
    view = " ".join(f"{number:g}" for number in box)
    clean = ElementTree.Element(f"{{{SVG}}}svg", {"viewBox": view, **size})
    clip = ElementTree.SubElement(clean, f"{{{SVG}}}clipPath", {"id": _CLIP})
    corner = {"x": f"{box[0]:g}", "y": f"{box[1]:g}"}
    ElementTree.SubElement(clip, f"{{{SVG}}}rect", {**corner, **size})
    inherited = _attributes(root, looks, limits, ("looks",))
    outer = ElementTree.SubElement(clean, f"{{{SVG}}}g", {"clip-path": f"url(#{_CLIP})"})
    drawn = ElementTree.SubElement(outer, f"{{{SVG}}}g", inherited)
    if _said(root, looks, limits).get("display") != "none":
        _copy(root, drawn, looks, limits)
    _check_links(clean)
    _check_clips(clean)
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
        wide, high = (round(pixels(root.get(name, "")), 3) for name in ("width", "height"))
    if not (0 < wide < 1e6 and 0 < high < 1e6 and abs(left) < 1e6 and abs(top) < 1e6):
        raise PictureError("svg_no_size")
    return left, top, wide, high


def _class_rules(root: ElementTree.Element) -> Mapping[str, list[tuple[int, str]]]:
    """What the drawing's own style sheet says of each class, with the place where it says so.

    Other selectors are refused.
    """
    looks: dict[str, list[tuple[int, str]]] = {}
    place = 0
    for sheet in root.iter(f"{{{SVG}}}style"):
        if sheet.get("media", "all") not in ("all", ""):
            raise PictureError("svg_value", "media")
        text = _REMARK.sub("", sheet.text or "").replace("<![CDATA[", "").replace("]]>", "")
        if rest := _RULE.sub("", text).strip():
            raise PictureError("svg_value", rest[:40])
        for selectors, said in _RULE.findall(text):
            place += 1
            for selector in map(str.strip, selectors.split(",")):
                if not (name := _CLASS.fullmatch(selector)):
                    raise PictureError("svg_value", selector[:40])
                looks.setdefault(name[1], []).append((place, said))
    return looks


def _copy(
    source: ElementTree.Element,
    target: ElementTree.Element,
    looks: Mapping[str, list[tuple[int, str]]],
    limits: Mapping[str, Any],
) -> None:
    for element in source:
        space, _, name = element.tag.rpartition("}")
        if space != "{" + SVG or name in limits["left_out"] or name == "style":
            continue  # an editor's own notes
        if name not in limits["drawn"]:
            raise PictureError("svg_element", name[:40])
        said = _said(element, looks, limits)
        if said.get("display") == "none":
            continue
        kept = _attributes(element, looks, limits, ("looks", "shape"))
        _copy(element, ElementTree.SubElement(target, element.tag, kept), looks, limits)


def _said(
    element: ElementTree.Element,
    looks: Mapping[str, list[tuple[int, str]]],
    limits: Mapping[str, Any],
) -> dict[str, str]:
    """Attributes, then what the sheet says of its classes, in the sheet's order, then its own
    style: the later counts, and what is important before all else."""
    said = {name: value.strip() for name, value in element.attrib.items()}
    classes = set(said.pop("class", "").split())
    ruled = sorted(rule for name in classes for rule in looks.get(name, ()))
    style = _REMARK.sub("", said.pop("style", ""))
    weighty: dict[str, str] = {}
    for part in ";".join([*(rule for _, rule in ruled), style]).split(";"):
        name, colon, value = part.partition(":")
        name = name.strip().lower()
        if not colon:
            continue
        if name in limits["shape"] and element.tag != f"{{{SVG}}}svg":
            raise PictureError("svg_value", f"style: {name}"[:40])  # CSS means another thing by it
        if (plain := _IMPORTANT.sub("", value)) != value:
            weighty[name] = plain.strip()
        said[name] = plain.strip()
    return said | weighty


def _attributes(
    element: ElementTree.Element,
    looks: Mapping[str, list[tuple[int, str]]],
    limits: Mapping[str, Any],
    kinds: tuple[str, ...],
) -> dict[str, str]:
    """What may be said of an element, with values that lead nowhere out of the drawing."""
    kept: dict[str, str] = {}
    for name, value in _said(element, looks, limits).items():
        if name in limits["see_through"]:
            if not _WHOLE.fullmatch(value):
                raise PictureError("svg_see_through", name)
        elif name in ("href", f"{{{XLINK}}}href"):
            if not re.fullmatch(r"#[\w.-]+", value):
                raise PictureError("svg_value", "href")
            kept["href"] = value
        elif any(name in limits[kind] for kind in kinds):
            if not is_plain(name, value):
                raise PictureError("svg_value", f"{name}: {value}"[:40])
            kept[name] = LINK.sub(r"url(\1)", value)
        elif not _changes_nothing(name, value, element):
            raise PictureError("svg_value", name[:40])
    return kept


def _changes_nothing(name: str, value: str, element: ElementTree.Element) -> bool:
    """Whether the drawing looks the same without it."""
    limits = read_pictures().svg
    if name in limits["harmless"]:
        return not value or bool(re.fullmatch(limits["harmless"][name], value))
    if name in limits["shape"]:  # of the whole drawing: where it would stand on a page of the web
        return name != "transform" or value in ("none", "")
    return name.startswith("{") or _is_idle(name)


@cache
def _is_idle(name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in read_pictures().svg["nothing"])


def _check_links(drawing: ElementTree.Element) -> None:
    """What is referred to is there, of the kind that is meant, and does not refer to itself."""
    named = by_id(drawing)
    after: dict[str, str] = {}
    for element in drawing.iter():
        for name, value in element.items():
            kinds = ("clipPath",) if name == "clip-path" else GRADIENTS
            goal = linked(value) if name != "href" else value[1:]
            if goal and (goal not in named or named[goal].tag.rpartition("}")[2] not in kinds):
                raise PictureError("svg_value", f"{name}: #{goal}"[:40])
            if name == "href":
                after[element.get("id", "")] = goal
    done: set[str] = set()
    for name in after:
        passed: set[str] = set()
        while name in after and name not in done:
            if name in passed or len(passed) > int(read_pictures().svg["depth"]):
                raise PictureError("svg_value", f"href: #{name}"[:40])
            passed.add(name)
            name = after[name]
        done |= passed


def _check_clips(drawing: ElementTree.Element) -> None:
    """A clip holds shapes alone: a clip of a clip would be drawn as none."""
    for clip in drawing.iter(f"{{{SVG}}}clipPath"):
        for element in clip.iter():
            if "clip-path" in element.attrib:
                raise PictureError("svg_value", "clip-path")
            name = element.tag.rpartition("}")[2]
            if element is not clip and name in ("clipPath", "g", "defs"):
                raise PictureError("svg_element", f"{name} in clipPath")
