"""Dự thảo: a Word file in, its preview, saved or put aside."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from giaouoc.audit.trail import history_of
from giaouoc.clusters.pages import member_page
from giaouoc.files.storage import bytes_response
from giaouoc.lib.language import official
from giaouoc.lib.verdict import require
from giaouoc.lib.vietnamese import slug as plain
from giaouoc.ui.clauses import anchor
from giaouoc.ui.clauses import rows_of as flat
from giaouoc.ui.forms import attempted
from giaouoc.ui.say import done

from .. import access, pairs
from ..actions import imports
from ..addresses import address
from ..blank import word_template
from ..forms import ClauseForm, FileForm, ImportForm, TitleForm
from ..identity import rows_of_tree
from ..models import DraftImport
from ..rules.corrections import KINDS, Correction, holders, may_join
from ..rules.draft_import import import_draft
from ..states import DocumentKind
from ..words import warning
from .common import crumbs_of, document_of, page


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def draft_upload(request: Any, slug: str = "") -> HttpResponse:
    by, now, year = request.mandate, request.now, request.year
    document = document_of(request, slug) if slug else None
    require(access.can_import(by, year, now, document))
    make = FileForm if document else ImportForm
    form = make(request.POST or None, request.FILES or None)
    if request.method == "POST":
        went, draft = attempted(
            form,
            lambda: imports.read_draft(
                year,
                form.cleaned_data.get("kind", ""),
                form.cleaned_data.get("title", ""),
                form.cleaned_data["file"].read(),
                form.cleaned_data["file"].name,
                by=by,
                now=now,
                document=document,
            ),
        )
        if went:
            return redirect(draft)
    title = _("Nhập dự thảo tiếp theo") if document else _("Nhập dự thảo từ tệp Word")
    context = {"title": title, "document": document, "crumbs": crumbs_of(request, document)}
    return page(request, "documents/upload.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def draft_start(request: Any) -> HttpResponse:
    """A new text from the template of its kind: here, or as a Word file to write in."""
    by, now, year = request.mandate, request.now, request.year
    require(access.can_import(by, year, now))
    form = TitleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and "tai" in request.POST and form.is_valid():
        data = form.cleaned_data
        with official():
            word = word_template(year, data["kind"], data["title"], now)
        return bytes_response(word, f"mau-{plain(str(DocumentKind(data['kind']).label))}.docx", imports.WORD)
    if request.method == "POST":
        went, draft = attempted(form, lambda: imports.start_draft(year, **form.cleaned_data, by=by, now=now))
        if went:
            return redirect(draft)
    context = {"title": _("Soạn văn bản từ mẫu"), "crumbs": crumbs_of(request)}
    return page(request, "documents/start.html", context, form)


def _import(request: Any, pk: int) -> DraftImport:
    return access.get_import_for(request.mandate, request.year, pk, request.now)


SHOWN = 1500  # clauses of a preview that are laid out at once


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def draft_preview(request: Any, pk: int) -> HttpResponse:
    by, now = request.mandate, request.now
    draft = _import(request, pk)
    form = TitleForm(request.POST or None, initial={"kind": draft.kind, "title": draft.title})
    if request.method == "POST":
        went, _made = attempted(
            form,
            lambda: imports.correct_draft(draft, form.cleaned_data["kind"], form.cleaned_data["title"], by=by, now=now),
        )
        if went:
            done(request, _("Đã sửa loại và tên văn bản."))
            return redirect(draft)
    rows = rows_of_tree(draft.tree)
    shown = flat(draft.tree)
    may = access.can_work_on_import(by, draft, now)
    for at, (one, place) in enumerate(zip(shown, rows, strict=True)):
        one["path"] = place.path
        if may and draft.dropped_at is None and at < SHOWN and one["kind"] in KINDS:
            name = _("Sửa cách nhận diện %(where)s") % {"where": place.citation}
            one["actions"] = [{"url": _at(request, "correct-clause", draft, at), "label": _("Sửa"), "name": name}]
    kinds: dict[str, int] = {}
    for row in rows:
        kinds[row.node["kind"]] = kinds.get(row.node["kind"], 0) + 1
    words = {
        "chapter": _("chương"),
        "section": _("mục"),
        "article": _("điều"),
        "paragraph": _("khoản"),
        "point": _("điểm"),
        "table": _("bảng"),
    }
    paths = {row.path: row.citation for row in rows}
    warnings = [
        {
            "what": warning(one),
            "where": paths.get(one["where"] or "", one["where"] or ""),
            "path": one["where"] if one["where"] in paths else "",
        }
        for one in draft.warnings
    ]
    return page(
        request,
        "documents/preview.html",
        {
            "draft": draft,
            "rows": shown[:SHOWN],
            "old_codes": any(one["code"] in {"old_font", "converted"} for one in draft.warnings),
            "more": max(0, len(shown) - SHOWN),
            "counts": ", ".join(f"{kinds[kind]} {word}" for kind, word in words.items() if kind in kinds),
            "outline": [
                {"path": row.path, "label": row.citation, "title": (row.node["heading"] or "").split("\n")[0]}
                for row in rows[:SHOWN]
                if row.node["kind"] in {"part", "chapter", "article"}
                or (row.node["kind"] == "section" and row.node["heading"])
            ],
            "warnings": warnings,
            "may": may,
            "crumbs": crumbs_of(request, draft.document),
            "history": history_of(draft)[:20],
        },
        form,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def clause_correction(request: Any, pk: int, place: int) -> HttpResponse:
    by, now = request.mandate, request.now
    draft = _import(request, pk)
    require(access.can_work_on_import(by, draft, now))
    rows = rows_of_tree(draft.tree)
    if place >= len(rows) or rows[place].node["kind"] not in KINDS:
        raise Http404
    row = rows[place]
    places = [
        (depth, rows[at].citation if at is not None else _("ngoài cùng, không nằm trong điều khoản nào"))
        for depth, at in holders(draft.tree, place).items()
    ]
    initial = {
        "kind": row.node["kind"],
        "number": row.node["number"],
        "depth": row.level,
        "step": len(draft.corrections),
    }
    form = ClauseForm(request.POST or None, initial=initial, places=places, may_join=may_join(draft.tree, place))
    if request.method == "POST":
        went, _made = attempted(
            form,
            lambda: imports.correct_clause(
                draft,
                Correction(place, form.cleaned_data["kind"], form.cleaned_data["number"], form.cleaned_data["depth"]),
                step=form.cleaned_data["step"],
                by=by,
                now=now,
            ),
        )
        if went:
            done(request, _("Đã sửa cách nhận diện."), undo=_at(request, "undo-correction", draft))
            after = rows_of_tree(draft.tree)
            return redirect(f"{draft.get_absolute_url()}#{anchor(after[min(place, len(after) - 1)].path)}")
    crumbs = [*crumbs_of(request, draft.document), {"label": draft.title, "url": draft.get_absolute_url()}]
    return page(
        request,
        "documents/correct_clause.html",
        {
            "title": _("Sửa cách nhận diện %(where)s") % {"where": row.citation},
            "draft": draft,
            "row": row,
            "crumbs": crumbs,
        },
        form,
    )


@require_POST
@member_page
def correction_undoing(request: Any, pk: int) -> HttpResponse:
    draft = _import(request, pk)
    imports.undo_correction(draft, by=request.mandate, now=request.now)
    done(request, _("Đã hoàn tác lần sửa gần nhất."))
    return redirect(draft)


def _at(request: Any, name: str, draft: DraftImport, *more: int) -> str:
    """An address below a preview's."""
    return reverse(f"documents:{name}", args=[request.year.cluster.code, request.year.number, draft.pk, *more])


@require_POST
@member_page
def draft_saving(request: Any, pk: int) -> HttpResponse:
    draft = _import(request, pk)
    version = imports.save_draft(draft, by=request.mandate, now=request.now)
    if left := len(pairs.doubtful(version)):
        say = ngettext(
            "Đã lưu thành %(version)s. Còn %(count)s chỗ ghép điều khoản cần xem lại.",
            "Đã lưu thành %(version)s. Còn %(count)s chỗ ghép điều khoản cần xem lại.",
            left,
        )
        done(request, say % {"version": version.label.lower(), "count": left})
        return redirect(address(version.document, "pair", version.ordinal))
    done(request, _("Đã lưu thành %(version)s.") % {"version": version.label.lower()})
    return redirect(version.document)


@require_POST
@member_page
def draft_discarding(request: Any, pk: int) -> HttpResponse:
    draft = _import(request, pk)
    imports.discard_draft(draft, by=request.mandate, now=request.now)
    place = [request.year.cluster.code, request.year.number]
    done(
        request,
        _("Đã bỏ bản xem trước của tệp “%(name)s”.") % {"name": draft.file.name},
        undo=reverse("documents:restore-draft", args=[*place, draft.pk]),
    )
    return redirect(draft.document or reverse("documents:list", args=place))


@require_POST
@member_page
def draft_restoring(request: Any, pk: int) -> HttpResponse:
    draft = _import(request, pk)
    imports.restore_draft(draft, by=request.mandate, now=request.now)
    done(request, _("Đã lấy lại bản xem trước."))
    return redirect(draft)


SAMPLES = 40


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def draft_conversion(request: Any, pk: int) -> HttpResponse:
    """What the words in old codes would say, beside what they are; taken only by pressing."""
    draft = _import(request, pk)
    require(access.can_work_on_import(request.mandate, draft, request.now))
    if request.method == "POST":
        convert = request.POST.get("viec") != "giu"
        imports.convert_draft(draft, convert, by=request.mandate, now=request.now)
        done(request, _("Đã chuyển sang Unicode.") if convert else _("Đã đọc lại như trong tệp."))
        return redirect(draft)
    pairs = list(dict.fromkeys(import_draft(draft.file.read(), convert=True).converted))
    context = {
        "draft": draft,
        "pairs": pairs[:SAMPLES],
        "more": max(0, len(pairs) - SAMPLES),
        "crumbs": crumbs_of(request, draft.document),
    }
    return page(request, "documents/conversion.html", context)
