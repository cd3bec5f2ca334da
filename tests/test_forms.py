"""Every form keeps what was typed: at each stage of the year, as each role, a form sent with a fault comes back as it was.

Each form of each page of ``tests/views.py`` is filled in, one demanded field is left out, and it is sent. What comes back says
what is wrong and holds every other word. Passwords and files are never given back. Sent again with a mark of secrecy in any of
its boxes, it is refused with the reason; the line on secrets stands in it once."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.forms import BaseForm, FileField
from django.test import Client
from django.utils.datastructures import MultiValueDict
from lxml import html

from giaouoc.lib import clock
from giaouoc.lib.clock import SetClock
from giaouoc.ui.forms import Form, Guarded

from . import access, views

pytestmark = [pytest.mark.once, pytest.mark.django_db]
NAMED = {route.name: route for route in access.routes()}
TYPED = {"text", "textarea", "search", "url"}
KEPT = {*TYPED, "date", "datetime-local", "time", "number", "email"}


def kind(field: Any) -> str:
    return field.tag if field.tag in {"textarea", "select"} else field.get("type", "text")


def forms_of(page: str) -> list[Any]:
    """The forms of a page that somebody types in."""
    found = html.fromstring(page).xpath("//main//form[@method='post']")
    return [form for form in found if any(kind(one) in TYPED for one in form.xpath(".//input|.//textarea"))]


def fill(form: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """What is sent, and what of it must come back: all that can be typed."""
    sent: dict[str, Any] = {}
    kept: dict[str, str] = {}
    for place, field in enumerate(form.xpath(".//input[@name]|.//textarea[@name]|.//select[@name]")):
        name, what = field.get("name"), kind(field)
        if what == "hidden":
            sent[name] = field.get("value", "")
        elif what == "select":
            values = [one.get("value", one.text or "") for one in field.xpath(".//option")]
            sent[name] = next((value for value in values if value), "")
        elif what in {"checkbox", "radio"}:
            sent.setdefault(name, field.get("value", "on"))
        elif what == "number":
            sent[name] = kept[name] = "7"
        elif what in {"date", "datetime-local", "time"}:
            sent[name] = kept[name] = {"date": "2026-03-09", "time": "08:30"}.get(what, "2026-03-09T08:30")
        elif what == "email":
            sent[name] = kept[name] = "ai.do@giaouoc.test"
        elif what in TYPED:
            sent[name] = kept[name] = f"Câu {place} đã “gõ” & giữ"
    return sent, kept


def faults(client: Client, url: str, form: Any) -> str | None:
    """What is wrong with what came back; '' when nothing is; None when the form could not be made to fail."""
    sent, kept = fill(form)
    must = [one.get("name") for one in form.xpath(".//*[@required][not(@type='hidden')]") if one.get("name")]
    without = [name for name in must if name in sent] + [name for name in kept if name not in must]
    for left_out in without:
        cache.clear()
        data = {name: value for name, value in sent.items() if name != left_out}
        with transaction.atomic():
            answer = client.post(form.get("action") or url, data)
            transaction.set_rollback(True)
        if answer.status_code in {302, 303}:
            continue
        if answer.status_code not in {200, 422}:
            return f"{answer.status_code} without {left_out}"
        page = html.fromstring(answer.content.decode())
        back = {
            one.get("name"): one.get("value") or (one.text or "").removeprefix("\n")
            for one in page.xpath("//main//form//input[@name]|//main//form//textarea[@name]")
        }
        lost = [name for name, value in kept.items() if name != left_out and back.get(name) != value]
        said = page.xpath("//main//*[contains(@class, 'errors') or contains(@class, 'field__error')]")
        return f"lost {lost}" if lost else "" if said else "does not say what is wrong"
    return None


MARK, LINE, REASON = "TỐI MẬT", "bí mật nhà nước, tài liệu nội bộ chưa được phép", "có dấu độ mật “TỐI MẬT”"
NOT_KEPT = {"ma", "phieu"}  # looked up, or a sealed paper without words


def lets_in(client: Client, url: str, form: Any) -> list[str]:
    """The boxes of the form that take a mark of secrecy, or lose what was typed beside it; '…' where the line is not once."""
    sent, _kept = fill(form)
    boxes = [one for one in form.xpath(".//input[@name]|.//textarea[@name]") if kind(one) in TYPED]
    names = [one.get("name") for one in boxes if one.get("name") not in NOT_KEPT]
    wrong = [] if not names or form.text_content().count(LINE) == 1 else ["…"]
    for name in names:
        cache.clear()
        with transaction.atomic():
            answer = client.post(form.get("action") or url, {**sent, name: f"Câu đã gõ\n{MARK}"})
            transaction.set_rollback(True)
        text = html.fromstring(answer.content.decode()).text_content() if answer.content else ""
        if answer.status_code not in {200, 422} or REASON not in text or "Câu đã gõ" not in answer.content.decode():
            wrong.append(f"{name} {answer.status_code}")
    return wrong


def test_every_form_of_ours_is_guarded() -> None:
    def below(kind_: type[Any]) -> list[type[Any]]:
        return [deeper for one in kind_.__subclasses__() for deeper in [one, *below(one)]]

    access.routes()  # the urls bring in every slice's views and forms
    ours = [one for one in below(BaseForm) if one.__module__.startswith("giaouoc.")]
    assert len(ours) > 40
    keys = {"_KnownKey", "KeyLoginForm", "KeyStepForm", "KeyAgainForm"}  # no box to type in
    assert [one for one in ours if not issubclass(one, Guarded) and one.__name__ not in keys] == []


def test_a_file_with_a_mark_in_its_header_is_refused_and_nothing_of_it_kept() -> None:
    from docx import Document

    paper, stream = Document(), io.BytesIO()
    paper.add_paragraph("Điều 1. Bảo vệ bí mật nhà nước")
    clean = io.BytesIO()
    paper.save(clean)
    paper.sections[0].header.paragraphs[0].text = "T ỐI  MẬT"
    paper.save(stream)

    class Upload(Form):
        file = FileField()

    bad, good = (SimpleUploadedFile("a.docx", one.getvalue()) for one in (stream, clean))
    assert REASON in str(Upload({}, MultiValueDict({"file": [bad]})).errors)
    form = Upload({}, MultiValueDict({"file": [good]}))
    assert form.is_valid() and form.cleaned_data["file"].read() == clean.getvalue()
    assert "hãy tự xem kỹ trước khi tải lên" in form["file"].help_text  # of scans
    named = SimpleUploadedFile("TUYỆT MẬT.pdf", b"%PDF-")
    assert "độ mật" in str(Upload({}, MultiValueDict({"file": [named]})).errors)


CHOSEN = {  # what pages read of a POST without a form: chosen, counted or looked up, and never kept as words
    "ballots/views.py": {"body", "phieu"},
    "desk/views.py": {"tu-cach"},
    "clusters/admin_views.py": {"viec"},
    "documents/views/answers.py": {"cong-bo"},
    "documents/views/papers.py": {"chon"},
    "documents/views/drafts.py": {"tai", "viec"},
    "documents/views/pairing.py": {"cu", "moi"},
    "documents/views/writing.py": {
        "viec",
        "buoc",
        "heading",
        "text",
    },  # the last two of a clause that is gone: shown back
    "meetings/views/attendance.py": {"viec"},
    "meetings/views/ballots.py": {"body", "cho", "q"},
    "meetings/views/minutes.py": {"doc"},
    "meetings/views/planning.py": {"viec"},
    "meetings/views/room.py": {"phut"},
    "programme/views/drafting.py": {"huong"},
    "public/views.py": {"go", "bo"},
    "ui/back.py": {"next"},
    "ui/views.py": {"theme", "language"},
}


def test_what_is_posted_and_kept_as_words_goes_through_a_form() -> None:
    root = Path(__file__).resolve().parents[1] / "giaouoc"
    found: dict[str, set[str]] = {}
    for path in root.rglob("*.py"):
        text = path.read_text() if "tests" not in path.parts else ""
        keys = re.findall(r"""request\.POST(?:\.get\(|\.getlist\(|\[)f?"([\w-]+)""", text)
        keys += re.findall(r"""\"([\w-]+)" in request\.POST""", text) + ["body"] * ("request.body" in text)
        if keys:
            found[str(path.relative_to(root))] = set(keys)
    assert found == CHOSEN


def walk(stage: str, story: access.Story, found: dict[str, str | None]) -> None:
    story.look()
    for name, account, _empty in views.rows_of(stage):
        if account == views.STRANGER or (name, account) in found:
            continue
        client = access.client_of(f"{account}@giaouoc.test")
        url = story.url(NAMED[name])
        page = client.get(url)
        if page.status_code == 200:
            for number, form in enumerate(forms_of(page.content.decode())):
                found[f"{name} {number} ({account})"] = faults(client, url, form)
                let_in = lets_in(client, url, form)
                found[f"{name} {number} ({account}) mark"] = f"lets in {let_in}" if let_in else ""


@pytest.mark.parametrize("after", [False, True], ids=["in consultation", "as the year goes on"])
def test_a_form_with_a_fault_comes_back_as_it_was(after: bool) -> None:
    found: dict[str, str | None] = {}
    before = clock.install(SetClock(access.NOW))
    try:
        if after:
            walk("sealed", views.live(lambda stage, story: walk(stage, story, found)), found)
        else:
            walk("consulting", access.Story(after=False), found)
    finally:
        clock.install(before)
    assert len(found) > 30  # that many were tried
    assert {name: fault for name, fault in found.items() if fault} == {}
