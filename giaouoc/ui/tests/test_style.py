"""The style sheet: contrast, layers, what the templates may not carry, and the made files."""

import re
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

import giaouoc
from giaouoc.ui import bundle, fonts

CSS = bundle.STYLES
TOKENS = (CSS / "tokens.css").read_text(encoding="utf-8")
PALETTE = {
    name: (day, night)
    for name, day, night in re.findall(r"--([\w-]+): var\(--day, (#\w+)\) var\(--night, (#\w+)\);", TOKENS)
}
PAIRS = [  # text on ground
    *[
        ("ink", ground)
        for ground in ("paper", "sheet", "wash", "act-wash", "seal-wash", "good-wash", "late-wash", "link-wash", "mark")
    ],
    *[("ink-2", ground) for ground in ("paper", "sheet", "wash", "act-wash", "late-wash", "good-wash")],
    *[(tone, ground) for tone in ("act", "seal", "good", "late", "link") for ground in ("paper", "sheet")],
    *[(tone, f"{tone}-wash") for tone in ("act", "seal", "good", "late", "link")],
    ("act-ink", "act"),
    ("act-ink", "act-deep"),
    ("link", "good-wash"),
    ("link", "late-wash"),
    ("link", "wash"),
    ("late", "late-wash"),
]
EDGES = [(edge, ground) for edge in ("line-2", "link", "act", "late", "good", "seal") for ground in ("paper", "sheet")]


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["day", "night"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read_in_both_themes(text, ground, theme):
    assert contrast(PALETTE[text][theme], PALETTE[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["day", "night"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_of_fields_and_shapes_can_be_seen(edge, ground, theme):
    assert contrast(PALETTE[edge][theme], PALETTE[ground][theme]) >= 3


def test_colours_are_said_only_in_the_tokens():
    for path in bundle.sources():
        rules = bundle.COMMENT.sub("", path.read_text(encoding="utf-8"))
        if path.name in {"tokens.css", "print.css"}:
            continue
        loose = [c for c in re.findall(r"#[0-9a-fA-F]{3,8}\b", rules) if c not in {"#fff", "#0002", "#0003"}]
        assert not loose, path.name


def test_every_file_is_in_the_bundle_and_in_a_layer():
    assert {path for path in CSS.rglob("*.css") if path.name != "index.css"} == set(bundle.sources())
    for path in bundle.sources():
        rules = bundle.COMMENT.sub("", path.read_text(encoding="utf-8")).strip()
        assert re.match(r"@layer (\w+) \{", rules), path.name
        assert rules.count("{") == rules.count("}"), path.name


def test_the_oldest_browser_understands_the_style_sheet():
    sheet = bundle.style_sheet()
    assert "light-dark(" not in sheet and "@scope" not in sheet and "@starting-style" not in sheet
    depth = 0
    for line in re.sub(r"\"[^\"]*\"", "", sheet).replace("}", "}\n").replace("{", "{\n").splitlines():
        opened = line.strip()
        if opened.startswith("&") or (depth and opened.endswith("{") and opened.startswith("&")):
            pytest.fail(f"nesting needs Chrome 112: {opened}")
        depth += line.count("{") - line.count("}")
    assert depth == 0


def templates() -> list[Path]:
    return sorted(Path(giaouoc.__file__).parent.rglob("templates/**/*.html"))


class Inline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        data = names.get("type") in {"application/json", "application/ld+json"}
        if tag == "style" or (tag == "script" and "src" not in names and not data):
            self.found.append(f"<{tag}>")
        self.found += [f"{tag} {name}" for name in names if name == "style" or name.startswith(("on", "hx-on"))]
        self.found += [
            f"{tag} {name}" for name, value in attrs if (value or "").strip().lower().startswith("javascript:")
        ]


@pytest.mark.parametrize("path", templates(), ids=lambda path: "/".join(path.parts[-3:]))
def test_no_template_carries_inline_code_or_style(path):
    if "typst" in path.parts:
        return
    source = re.sub(r"\{%.*?%\}|\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    parser = Inline()
    parser.feed(re.sub(r"\{\{.*?\}\}", "x", source, flags=re.DOTALL))
    assert not parser.found


def test_each_state_of_the_database_has_its_look():
    from django.apps import apps

    from giaouoc.lib.fields import StateField

    looks = (CSS / "state.css").read_text(encoding="utf-8")
    known = set(re.findall(r'data-state="(\w+)"', looks))
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, StateField) and field.name == "state":
                assert {value for value, _label in field.choices if value} <= known, model


def test_the_fonts_have_every_vietnamese_letter_and_stay_small():
    letters = "aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵđ"
    for weight in fonts.WEIGHTS:
        face = fonts.text_face(weight)
        assert len(face) < 30_000
        shown = TTFont(BytesIO(face)).getBestCmap()
        assert not [
            letter for letter in letters + letters.upper() + fonts.DIGITS + "–“”…×≥" if ord(letter) not in shown
        ]


def test_a_document_is_shown_in_one_face_that_has_every_vietnamese_letter():
    letters = {chr(code) for code in fonts.CHARACTERS}
    assert set("ấầẩẫậắằẳẵặếềểễệốồổỗộớờởỡợứừửữựĐđỨỰ“”–…") <= letters
    for face in fonts.document_faces().values():
        assert len(face) < 30_000
        font = TTFont(BytesIO(face))
        assert letters <= {chr(code) for code in font.getBestCmap()}
        assert "Source" not in font["name"].getDebugName(1)  # reserved for the unchanged font by its licence
    assert re.search(r'--doc: "Giao Uoc Document",', TOKENS)


def test_figures_of_tables_are_all_of_one_width():
    for weight in fonts.WEIGHTS:
        face = fonts.figures_face(weight)
        assert len(face) < 5_000
        font = TTFont(BytesIO(face))
        assert len({font["hmtx"][font.getBestCmap()[ord(digit)]][0] for digit in fonts.DIGITS}) == 1


def test_the_made_files_are_found_and_listed(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    finder = bundle.MadeFiles()
    listed = {name for name, _storage in finder.list(None)}
    assert bundle.BUNDLE in listed and "ui/fonts/text-400.woff2" in listed
    assert Path(finder.find(bundle.BUNDLE)).read_text(encoding="utf-8").startswith("@layer reset, tokens")
    assert finder.find("ui/fonts/none.woff2") == [] and finder.find("other/x.css") == []
    assert finder.find("ui/giaouoc.css", find_all=True)


def test_made_files_go_to_the_data_folder_where_the_static_one_cannot_be_written(settings, tmp_path):
    blocker = tmp_path / "file"
    blocker.write_text("")
    settings.STATIC_ROOT, settings.DATA = blocker / "static", tmp_path / "data"
    assert (bundle.built() / bundle.BUNDLE).is_relative_to(tmp_path / "data")
