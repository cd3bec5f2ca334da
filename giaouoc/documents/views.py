"""Pages of texts: drafts in, the clause view, comments, answers, the response table, tabling."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from giaouoc.audit.trail import history_of
from giaouoc.clusters.pages import member_page
from giaouoc.clusters.queries import rules_of
from giaouoc.files.storage import file_response
from giaouoc.lib.clock import local_date
from giaouoc.lib.dates import moment
from giaouoc.lib.errors import DomainError, Invalid, NotAllowed
from giaouoc.lib.vietnamese import nfc
from giaouoc.lib.verdict import require
from giaouoc.ui.clauses import rows_of as flat
from giaouoc.ui.say import done

from . import access, downloads, gates, reading
from .actions import answers as answering
from .actions import comments as commenting
from .actions import imports, rounds, submissions, tabling
from .forms import (
    SECRETS,
    AnswerForm,
    CommentForm,
    ExtensionForm,
    FileForm,
    FilterForm,
    ImportForm,
    LetterForm,
    NoForm,
    ReasonForm,
    RoundForm,
    TitleForm,
)
from .identity import rows_of_tree
from .models import Adoption, Comment, Document, DraftImport, ProvisionText, UnitSubmission
from .reading import address
from .states import SPOKEN, CommentKind, Decision, DocumentKind, SubmissionState
from .words import too_short


def _tried(form: forms.Form, act: Callable[[], Any]) -> tuple[bool, Any]:
    """(whether the act went through, what it gave). What it refuses is said on the form, which keeps what was typed."""
    if not form.is_valid():
        return False, None
    try:
        return True, act()
    except NotAllowed:
        raise
    except DomainError as refused:
        field = refused.field if isinstance(refused, Invalid) and refused.field in form.fields else None
        form.add_error(field, str(refused.sentence))
        return False, None


def _page(request: HttpRequest, template: str, context: dict[str, Any], form: forms.Form | None = None) -> HttpResponse:
    """A page; with a form that came back it is 422."""
    refused = form is not None and form.is_bound and bool(form.errors)
    if form is not None:
        context["form"] = form
    return render(request, template, context, status=422 if refused else 200)


def _crumbs(request: Any, document: Document | None = None) -> list[dict[str, str]]:
    year = request.year
    place = [year.cluster.code, year.number]
    crumbs = [
        {"label": f"{year}", "url": year.get_absolute_url()},
        {"label": _("Văn bản"), "url": reverse("documents:list", args=place)},
    ]
    if document is not None:
        crumbs.append({"label": document.title, "url": document.get_absolute_url()})
    return crumbs


def _document(request: Any, slug: str) -> Document:
    return access.get_document_for(request.mandate, request.year, slug)


def _comment(request: Any, slug: str, pk: int) -> Comment:
    return access.get_comment_for(request.mandate, _document(request, slug), pk, request.now)


# The list


@require_safe
@member_page
def document_list(request: Any) -> HttpResponse:
    by, now = request.mandate, request.now
    documents = list(Document.objects.filter(year=request.year).select_related("drafting_unit").order_by("pk"))
    for one in documents:
        one.year = request.year
    stands = reading.standings(documents)
    counts = reading.tallies(stands)
    adoptions = {one.document_id: one for one in Adoption.objects.filter(document__in=stands)}
    items = []
    for one in documents:
        stand, tally = stands[one.pk], counts.get(one.pk, reading.Tally())
        if not reading.visible_versions(stand, by, now):
            continue
        items.append(
            {
                "title": one.title,
                "url": one.get_absolute_url(),
                "state": one.state,
                "state_label": one.state_label,
                "sentence": gates.sentence(stand, tally, adoptions.get(one.pk), by, now),
                "blockers": [f"{why[0].upper()}{why[1:]}." for why in gates.blockers_of(stand, tally, by, now)],
                "kind": DocumentKind(one.kind).label,
            }
        )
    can_import = access.can_import(by, request.year, now)
    waiting = list(
        DraftImport.objects.visible_to(by, now)
        .filter(year=request.year, saved_at=None, dropped_at=None)
        .select_related("file", "document")
        .order_by("-pk")[:20]
    )
    for draft in waiting:
        draft.year = request.year
    return render(
        request,
        "documents/list.html",
        {"items": items, "can_import": can_import, "waiting": waiting, "crumbs": _crumbs(request)[:1]},
    )


# Drafts in


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def draft_upload(request: Any, slug: str = "") -> HttpResponse:
    by, now, year = request.mandate, request.now, request.year
    document = _document(request, slug) if slug else None
    require(access.can_import(by, year, now, document))
    make = FileForm if document else ImportForm
    form = make(request.POST or None, request.FILES or None)
    if request.method == "POST":
        went, draft = _tried(
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
    title = _("Đưa dự thảo tiếp theo vào") if document else _("Đưa dự thảo vào từ tệp Word")
    context = {"title": title, "document": document, "crumbs": _crumbs(request, document), "secrets": SECRETS}
    return _page(request, "documents/upload.html", context, form)


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
        went, _made = _tried(
            form,
            lambda: imports.correct_draft(draft, form.cleaned_data["kind"], form.cleaned_data["title"], by=by, now=now),
        )
        if went:
            done(request, _("Đã sửa loại và tên văn bản."))
            return redirect(draft)
    rows = rows_of_tree(draft.tree)
    shown = flat(draft.tree)
    for row, place in zip(shown, rows, strict=True):
        row["path"] = place.path
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
            "what": one["what"],
            "where": paths.get(one["where"] or "", one["where"] or ""),
            "path": one["where"] if one["where"] in paths else "",
        }
        for one in draft.warnings
    ]
    return _page(
        request,
        "documents/preview.html",
        {
            "draft": draft,
            "rows": shown[:SHOWN],
            "more": max(0, len(shown) - SHOWN),
            "counts": ", ".join(f"{kinds[kind]} {word}" for kind, word in words.items() if kind in kinds),
            "outline": [
                {"path": row.path, "label": row.citation, "title": (row.node["heading"] or "").split("\n")[0]}
                for row in rows[:SHOWN]
                if row.node["kind"] in {"part", "chapter", "article"}
                or (row.node["kind"] == "section" and row.node["heading"])
            ],
            "warnings": warnings,
            "may": access.can_work_on_import(by, draft, now),
            "crumbs": _crumbs(request, draft.document),
            "history": history_of(draft)[:20],
        },
        form,
    )


@require_POST
@member_page
def draft_saving(request: Any, pk: int) -> HttpResponse:
    draft = _import(request, pk)
    version = imports.save_draft(draft, by=request.mandate, now=request.now)
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


# The text


@require_safe
@member_page
def document(request: Any, slug: str) -> HttpResponse:
    return _clauses(request, _document(request, slug), None)


@require_safe
@member_page
def version(request: Any, slug: str, ordinal: int) -> HttpResponse:
    return _clauses(request, _document(request, slug), ordinal)


def _clauses(request: Any, document: Document, ordinal: int | None) -> HttpResponse:
    by, now = request.mandate, request.now
    stand = reading.standing_of(document)
    versions = reading.visible_versions(stand, by, now)
    shown = (
        next((one for one in versions if one.ordinal == ordinal), None)
        if ordinal
        else versions[-1]
        if versions
        else None
    )
    if shown is None:
        raise Http404
    page = reading.clause_page(stand, shown, by, now)
    tally = reading.tallies([document.pk]).get(document.pk, reading.Tally())
    adoption = Adoption.objects.filter(document=document).first() if document.state == "adopted" else None
    gate = gates.process_gate(stand, tally, adoption, by, now)
    own = gates.unit_gate(stand, Counter(one.submission_id for one in page.comments), by, now)
    if own is not None and any(one.get("red") for one in gate["acts"]):
        own["acts"] = [{key: value for key, value in one.items() if key != "red"} for one in own["acts"]]
    round = stand.round
    facts = []
    if document.state == "consulting" and round is not None:
        facts.append(_("đến %(until)s") % {"until": reading.until(round)})
    links = []
    if shown.ordinal > 1 and (changed := _changed(shown)):
        words = ngettext(
            "So với dự thảo %(before)s: %(count)s điều khoản đổi",
            "So với dự thảo %(before)s: %(count)s điều khoản đổi",
            changed,
        )
        links.append(
            {
                "label": words % {"before": shown.ordinal - 1, "count": changed},
                "url": address(document, "compare", shown.ordinal),
            }
        )
    if stand.rounds:
        links.append({"label": _("Bảng tiếp thu, giải trình"), "url": address(document, "answers")})
    if shown.source_id:
        links.append({"label": _("Tải tệp Word gốc"), "url": address(document, "source", shown.ordinal)})
    links.append({"label": _("Tải PDF"), "url": address(document, "pdf", shown.ordinal)})
    return render(
        request,
        "documents/document.html",
        {
            "document": document,
            "version": shown,
            "versions": [
                {"version": one, "url": address(document, "version", one.ordinal), "current": one.pk == shown.pk}
                for one in versions
            ],
            "newest": versions[-1],
            "gate": gate,
            "own": own,
            "rows": page.rows,
            "whole": page.whole,
            "facts": facts,
            "links": links,
            "quiet": gates.quiet_acts(stand, by, now),
            "may_comment": bool(own),
            "history": _history(stand, by, now),
        },
    )


def _changed(version: Any) -> int:
    changes = version.changes.exclude(change="unchanged").values_list("from_paths", "to_paths", "change")
    return len({(tuple(a), tuple(b), change) for a, b, change in changes})


HIDDEN = ("documents.start_supplement", "documents.hand_to_leader", "documents.take_back")  # a unit's own work


def _history(stand: reading.Standing, by: Any, now: Any) -> Any:
    """The acts on the text, its rounds and the bundles that were sent and may be read; preparing is the unit's own affair."""
    told = [
        one
        for one in stand.submissions
        if (one.state in SPOKEN or one.state == SubmissionState.SILENT)
        and (one.unit_id == by.unit_id or access.sees_sent(by, one.round, now))
    ]
    return history_of(stand.document, *stand.rounds, *told).exclude(verb__in=HIDDEN)[:40]


@require_safe
@member_page
def version_source(request: Any, slug: str, ordinal: int) -> HttpResponse:
    found = access.get_version_for(request.mandate, _document(request, slug), ordinal, request.now)
    if found.source is None:
        raise Http404
    return file_response(found.source)


@require_safe
@member_page
def version_pdf(request: Any, slug: str, ordinal: int) -> HttpResponse:
    document = _document(request, slug)
    found = access.get_version_for(request.mandate, document, ordinal, request.now)
    adoption = Adoption.objects.filter(version=found).first()
    return downloads.version_pdf(found, adoption, request.now)


@require_safe
@member_page
def comparison(request: Any, slug: str, ordinal: int) -> HttpResponse:
    """A draft beside the one before it: the changes first, by word."""
    document = _document(request, slug)
    now = request.now
    later = access.get_version_for(request.mandate, document, ordinal, now)
    if later.ordinal < 2:
        raise Http404
    earlier = access.get_version_for(request.mandate, document, later.ordinal - 1, now)
    everything = request.GET.get("tat-ca") == "1"
    rows = reading.compared(earlier, later, everything=everything)
    return render(
        request,
        "documents/compare.html",
        {
            "document": document,
            "earlier": earlier,
            "later": later,
            "rows": rows,
            "everything": everything,
            "crumbs": _crumbs(request, document),
        },
    )


# Rounds


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def round_opening(request: Any, slug: str) -> HttpResponse:
    by, now = request.mandate, request.now
    document = _document(request, slug)
    newest = document.versions.order_by("-ordinal").first()
    if newest is None:
        raise Http404
    newest.document = document
    require(access.can_open_round(by, newest, now))
    rule = rules_of(request.year)["consult.min_days"]
    first = local_date(now) + timedelta(days=int(rule.value) + 1)
    form = RoundForm(request.POST or None, initial={"day": first, "hour": time(17)})
    warning = ""
    if request.method == "POST":
        if form.is_valid() and not form.cleaned_data["xac_nhan"]:
            warning = too_short(now, form.closes_at, rule) if form.closes_at > now else ""
            if warning:
                typed = request.POST.copy()
                typed["xac_nhan"] = "1"
                form = RoundForm(typed)
        if not warning:
            went, round = _tried(form, lambda: rounds.open_round(newest, by=by, now=now, closes_at=form.closes_at))
            if went:
                count = round.submissions.count()
                done(
                    request,
                    ngettext(
                        "Đã mở lấy ý kiến và báo cho %(count)s đơn vị.",
                        "Đã mở lấy ý kiến và báo cho %(count)s đơn vị.",
                        count,
                    )
                    % {"count": count},
                )
                return redirect(document)
    members = [membership.unit.short_name for membership in reading.members(request.year, now)]
    will = [
        _("%(version)s được khóa: từ lúc này không ai sửa được một chữ nào.") % {"version": newest.label},
        _("Mời góp ý: %(units)s.") % {"units": ", ".join(members)},
        _("Các đơn vị không thấy ý kiến của nhau cho đến khi hết hạn góp ý."),
    ]
    context = {
        "title": _("Mở lấy ý kiến về %(title)s") % {"title": document.title},
        "will": will,
        "back": _("Không hoàn tác được; có thể gia hạn trước khi hết hạn, hoặc rút văn bản."),
        "button": _("Vẫn mở lấy ý kiến") if warning else _("Mở lấy ý kiến"),
        "warning": warning,
        "cancel_url": document.get_absolute_url(),
    }
    return _page(request, "documents/open_round.html", context, form)


def _round(document: Document) -> Any:
    from .queries import last_round

    found = last_round(document)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def round_extension(request: Any, slug: str) -> HttpResponse:
    by, now = request.mandate, request.now
    document = _document(request, slug)
    round = _round(document)
    require(access.can_extend_round(by, round, now))
    later = local_date(round.closes_at) + timedelta(days=3)
    form = ExtensionForm(request.POST or None, initial={"day": later, "hour": time(17)})
    if request.method == "POST":
        went, _made = _tried(
            form,
            lambda: rounds.extend_round(
                round, by=by, now=now, closes_at=form.closes_at, reason=form.cleaned_data["reason"]
            ),
        )
        if went:
            done(request, _("Đã gia hạn đến %(until)s và báo cho các đơn vị.") % {"until": moment(round.closes_at)})
            return redirect(document)
    context = {
        "title": _("Gia hạn góp ý"),
        "eyebrow": document.title,
        "will": [
            _("Hạn đang có: %(until)s.") % {"until": reading.until(round)},
            _("Mọi đơn vị được mời nhận thông báo kèm lý do."),
        ],
        "button": _("Gia hạn góp ý"),
        "cancel_url": document.get_absolute_url(),
    }
    return _page(request, "ui/confirm.html", context, form)


@require_POST
@member_page
def round_closing(request: Any, slug: str) -> HttpResponse:
    document = _document(request, slug)
    rounds.close_round(_round(document), by=request.mandate, now=request.now)
    done(request, _("Đã khép đợt lấy ý kiến."))
    return redirect(document)


# Comments


def _bundle(request: Any, document: Document) -> UnitSubmission:
    """The unit's bundle in the last round; 404 for those whose unit was not asked."""
    own = reading.standing_of(document).own(request.mandate)
    if own is None or request.mandate.role not in access.UNIT_ROLES:
        raise Http404
    return own


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def new_comment(request: Any, slug: str) -> HttpResponse:
    by, now = request.mandate, request.now
    document = _document(request, slug)
    own = _bundle(request, document)
    require(access.can_add_comment(by, own, now))
    at = _clause_asked(request, own)
    words = at.text if at is not None and at.text else None
    quote = nfc(request.GET.get("trich", ""))[:500]
    form = CommentForm(
        request.POST or None,
        words=words,
        initial={"kind": CommentKind.WORDING if words else CommentKind.ADD, "quote": quote},
    )
    if request.method == "POST":
        went, made = _tried(
            form,
            lambda: commenting.add_comment(own, at.provision if at else None, by=by, now=now, **form.cleaned_data),
        )
        if went:
            done(
                request,
                _("Đã ghi ý kiến; đơn vị khác chưa thấy. Lãnh đạo đơn vị gửi cùng các ý kiến khác."),
                undo=address(document, "drop-comment", made.pk),
            )
            return redirect(_at_clause(document, own, at))
    context = {
        "title": _("Góp ý %(where)s") % {"where": at.citation if at else _("toàn văn bản")},
        "document": document,
        "own": own,
        "at": at,
        "quote": form["quote"].value() or "",
        "crumbs": _crumbs(request, document),
        "button": _("Lưu ý kiến"),
    }
    return _page(request, "documents/comment_form.html", context, form)


def _clause_asked(request: Any, own: UnitSubmission) -> ProvisionText | None:
    asked = request.GET.get("dk", "")
    if not asked:
        return None
    try:
        provision = UUID(asked)
    except ValueError as error:
        raise Http404 from error
    found = (
        ProvisionText.objects.filter(version=own.round.version_id, provision=provision)
        .select_related("provision")
        .first()
    )
    if found is None:
        raise Http404
    return found


def _at_clause(document: Document, own: UnitSubmission, at: ProvisionText | None) -> str:
    from giaouoc.ui.clauses import anchor

    page = address(document, "version", own.round.version.ordinal)
    return f"{page}#{anchor(at.path)}" if at is not None else page


@require_safe
@member_page
def comment(request: Any, slug: str, pk: int) -> HttpResponse:
    by, now = request.mandate, request.now
    found = _comment(request, slug, pk)
    document = found.submission.round.version.document
    at = (
        found.provision_id
        and ProvisionText.objects.filter(
            version=found.submission.round.version_id, provision=found.provision_id
        ).first()
    )
    note = reading.note_of(found, by, now, old=at.text if at else None, actions=False)
    response = reading.answer_of(found, by, now)
    publish = response is not None and response.published_at is None and access.can_publish_answer(by, response, now)
    return render(
        request,
        "documents/comment.html",
        {
            "document": document,
            "comment": found,
            "version": found.submission.round.version,
            "at": at,
            "note": note,
            "response": response,
            "publish": publish,
            "answer": access.can_answer(by, found, now),
            "change": access.can_change_comment(by, found, now),
            "restore": access.can_restore_comment(by, found, now),
            "crumbs": _crumbs(request, document),
            "clause_url": _at_clause(document, found.submission, at or None),
            "history": _comment_history(found, response, by, now),
        },
    )


def _comment_history(comment: Comment, response: Any, by: Any, now: Any) -> Any:
    """What was done with a comment: writing it is the unit's own affair, drafting the answer that of those who answer."""
    about = []
    if comment.submission.unit_id == by.unit_id:
        about.append(comment)
    if response is not None:
        about.append(response)
    events = history_of(*about)
    if not access.can_answer_at_all(by, comment.submission.round.version.document, now):
        events = events.exclude(verb="documents.answer_comment")
    return events[:30]


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def comment_change(request: Any, slug: str, pk: int) -> HttpResponse:
    by, now = request.mandate, request.now
    found = _comment(request, slug, pk)
    document, own = found.submission.round.version.document, found.submission
    require(access.can_change_comment(by, found, now))
    at = None
    if found.provision_id:
        at = ProvisionText.objects.filter(version=own.round.version_id, provision=found.provision_id).first()
    words = at.text if at is not None and at.text else None
    initial = {
        "kind": found.kind,
        "proposed_text": found.proposed_text or (words if found.kind == CommentKind.WORDING else "") or "",
        "reason": found.reason,
        "quote": found.quote,
    }
    form = CommentForm(request.POST or None, words=words, initial=initial)
    if request.method == "POST":
        went, _made = _tried(form, lambda: commenting.change_comment(found, by=by, now=now, **form.cleaned_data))
        if went:
            done(request, _("Đã sửa ý kiến."))
            return redirect(_at_clause(document, own, at))
    context = {
        "title": _("Sửa ý kiến %(where)s") % {"where": found.citation or _("toàn văn bản")},
        "document": document,
        "own": own,
        "at": at,
        "quote": form["quote"].value() or "",
        "crumbs": _crumbs(request, document),
        "button": _("Lưu ý kiến"),
    }
    return _page(request, "documents/comment_form.html", context, form)


@require_POST
@member_page
def comment_dropping(request: Any, slug: str, pk: int) -> HttpResponse:
    found = _comment(request, slug, pk)
    document = found.submission.round.version.document
    commenting.drop_comment(found, by=request.mandate, now=request.now)
    done(
        request,
        _("Đã bỏ ý kiến về %(where)s.") % {"where": found.citation or _("toàn văn bản")},
        undo=address(document, "restore-comment", found.pk),
    )
    return redirect(address(document, "bundle"))


@require_POST
@member_page
def comment_restoring(request: Any, slug: str, pk: int) -> HttpResponse:
    found = _comment(request, slug, pk)
    commenting.restore_comment(found, by=request.mandate, now=request.now)
    done(request, _("Đã lấy lại ý kiến."))
    return redirect(address(found.submission.round.version.document, "bundle"))


# The unit's bundle


@require_safe
@member_page
def bundle(request: Any, slug: str) -> HttpResponse:
    return _bundle_page(request, _document(request, slug), LetterForm())


def _bundle_page(request: Any, document: Document, form: forms.Form) -> HttpResponse:
    by, now = request.mandate, request.now
    stand = reading.standing_of(document)
    own = stand.own(by)
    if own is None or by.role not in access.UNIT_ROLES:
        raise Http404
    own.round.version.document = document
    mine = [
        one
        for one in reading.comments_of(stand, by, now, dropped=True)
        if one.submission.unit_id == by.unit_id and one.submission.round_id == own.round_id
    ]
    texts = {
        one.provision_id: one
        for one in ProvisionText.objects.filter(
            version=own.round.version_id, provision__in=[one.provision_id for one in mine if one.provision_id]
        )
    }

    def shown(comment: Comment) -> dict[str, Any]:
        at = texts.get(comment.provision_id)
        return {
            "comment": comment,
            "where": comment.citation or _("Toàn văn bản"),
            "at": at,
            "order": at.position if at else -1,
            "note": reading.note_of(comment, by, now, old=at.text if at else None),
        }

    live = sorted(
        (shown(one) for one in mine if one.dropped_at is None and one.submission_id == own.pk),
        key=lambda one: one["order"],
    )
    sent = sorted(
        (shown(one) for one in mine if one.dropped_at is None and one.submission_id != own.pk),
        key=lambda one: one["order"],
    )
    gone = [shown(one) for one in mine if one.dropped_at is not None and access.can_restore_comment(by, one, now)]
    return _page(
        request,
        "documents/bundle.html",
        {
            "document": document,
            "own": own,
            "state_label": SubmissionState(own.state).label,
            "round": own.round,
            "over": own.round.is_over(now),
            "live": live,
            "sent": sent,
            "gone": gone,
            "send": access.can_send(by, own, now),
            "hand": access.can_hand_to_leader(by, own, now),
            "back": access.can_take_back(by, own, now),
            "supplement": access.can_supplement(by, own, now),
            "spoken": own.state in SPOKEN,
            "may_agree": not live and own.supplement_of_id is None,
            "crumbs": _crumbs(request, document),
            "history": history_of(own)[:20],
        },
        form,
    )


@require_POST
@member_page
def bundle_handing(request: Any, slug: str) -> HttpResponse:
    document = _document(request, slug)
    submissions.hand_to_leader(_bundle(request, document), by=request.mandate, now=request.now)
    done(request, _("Đã trình lãnh đạo đơn vị."), undo=address(document, "take-back"))
    return redirect(document)


@require_POST
@member_page
def bundle_taking_back(request: Any, slug: str) -> HttpResponse:
    document = _document(request, slug)
    submissions.take_back(_bundle(request, document), by=request.mandate, now=request.now)
    done(request, _("Đã lấy lại bản góp ý để soạn tiếp."))
    return redirect(address(document, "bundle"))


@require_POST
@member_page
def bundle_sending(request: Any, slug: str) -> HttpResponse:
    document = _document(request, slug)
    own, form = _bundle(request, document), LetterForm(request.POST)
    require(access.can_send(request.mandate, own, request.now))
    went, _made = _tried(
        form, lambda: submissions.send_submission(own, by=request.mandate, now=request.now, **form.cleaned_data)
    )
    if not went:
        return _bundle_page(request, document, form)
    done(request, _("Đã gửi góp ý của đơn vị."))
    return redirect(document)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def bundle_agreement(request: Any, slug: str) -> HttpResponse:
    document = _document(request, slug)
    own = _bundle(request, document)
    require(access.can_send(request.mandate, own, request.now))
    form = NoForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        went, _made = _tried(form, lambda: submissions.agree_without_comment(own, by=request.mandate, now=request.now))
        if went:
            done(request, _("Đã ghi: đơn vị thống nhất, không có ý kiến."))
            return redirect(document)
    context = {
        "title": _("Thống nhất, không có ý kiến"),
        "eyebrow": document.title,
        "will": [
            _("Ghi nhận %(unit)s thống nhất với %(version)s, không có ý kiến.")
            % {"unit": own.unit, "version": own.round.version.label.lower()}
        ],
        "back": _("Không hoàn tác được; ý kiến thêm sau đó là bản góp ý bổ sung."),
        "button": _("Ghi thống nhất, không có ý kiến"),
        "cancel_url": document.get_absolute_url(),
    }
    return _page(request, "ui/confirm.html", context, form)


@require_POST
@member_page
def bundle_supplement(request: Any, slug: str) -> HttpResponse:
    document = _document(request, slug)
    submissions.start_supplement(_bundle(request, document), by=request.mandate, now=request.now)
    done(request, _("Đã mở bản góp ý bổ sung; bản đã gửi giữ nguyên."))
    return redirect(document)


# Answers


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def answer(request: Any, slug: str, pk: int) -> HttpResponse:
    by, now = request.mandate, request.now
    found = _comment(request, slug, pk)
    document = found.submission.round.version.document
    require(access.can_answer(by, found, now))
    before = getattr(found, "response", None)
    initial = (
        {"decision": before.decision, "explanation": before.explanation, "already_at": before.already_at}
        if before
        else {}
    )
    form = AnswerForm(request.POST or None, initial=initial)
    if request.method == "POST":

        def act() -> None:
            response = answering.answer_comment(found, by=by, now=now, **form.cleaned_data)
            if "cong-bo" in request.POST:
                response.comment = found
                answering.publish_answer(response, by=by, now=now)

        went, _made = _tried(form, act)
        if went:
            published = "cong-bo" in request.POST
            done(
                request, _("Đã công bố trả lời.") if published else _("Đã lưu trả lời; đơn vị góp ý thấy khi công bố.")
            )
            return redirect(address(document, "answers") + "?tra_loi=chua")
    at = None
    if found.provision_id:
        at = ProvisionText.objects.filter(
            version=found.submission.round.version_id, provision=found.provision_id
        ).first()
    context = {
        "title": _("Trả lời ý kiến về %(where)s") % {"where": found.citation or _("toàn văn bản")},
        "document": document,
        "comment": found,
        "at": at,
        "note": reading.note_of(found, by, now, old=at.text if at else None, actions=False)
        | {"decision_label": "", "answer": "", "after": "", "decision": ""},
        "crumbs": _crumbs(request, document),
        "secrets": SECRETS,
    }
    return _page(request, "documents/answer.html", context, form)


@require_POST
@member_page
def answer_publication(request: Any, slug: str, pk: int) -> HttpResponse:
    found = _comment(request, slug, pk)
    response = reading.answer_of(found, request.mandate, request.now)
    if response is None:
        raise Http404
    response.comment = found
    answering.publish_answer(response, by=request.mandate, now=request.now)
    done(request, _("Đã công bố trả lời."))
    return redirect(address(found.submission.round.version.document, "comment", found.pk))


@require_POST
@member_page
def answers_publication(request: Any, slug: str) -> HttpResponse:
    document = _document(request, slug)
    answering.publish_answers(document, by=request.mandate, now=request.now)
    done(request, _("Đã công bố toàn bộ trả lời và báo cho các đơn vị góp ý."))
    return redirect(document)


SORTS = ("dieu", "don-vi", "tra-loi")


@require_safe
@member_page
def response_table(request: Any, slug: str) -> HttpResponse:
    from giaouoc.ui.lists import sort_of

    by, now = request.mandate, request.now
    document = _document(request, slug)
    stand = reading.standing_of(document)
    if not stand.rounds:
        raise Http404
    rows = reading.table_rows(stand, by, now)
    articles = list(dict.fromkeys(row.article for row in rows))
    units = sorted({(row.comment.submission.unit.code, row.unit) for row in rows}, key=lambda one: one[1])
    form = FilterForm(
        request.GET or None,
        units=units,
        clauses=[(one or "toan-van", one or _("Toàn văn bản")) for one in articles],
    )
    shown = _filtered(rows, form.cleaned_data) if form.is_bound and form.is_valid() else rows
    sort = sort_of(request, SORTS, "dieu")
    key = {
        "dieu": lambda row: row.order,
        "don-vi": lambda row: (row.unit, row.order),
        "tra-loi": lambda row: (row.decision, row.order),
    }[sort.removeprefix("-")]
    shown = sorted(shown, key=key, reverse=sort.startswith("-"))
    count = _("%(shown)s trong %(all)s ý kiến") % {"shown": len(shown), "all": len(rows)}
    round = stand.round
    tally = reading.tallies([document.pk]).get(document.pk, reading.Tally())
    gate = None
    if gates.can_answers(by, stand, now) and rows:
        say = _("%(all)s ý kiến đã gửi, còn %(open)s chưa trả lời, %(unpublished)s chưa công bố.") % {
            "all": tally.sent,
            "open": tally.unanswered,
            "unpublished": tally.unpublished,
        }
        verdict = access.can_publish_answers(by, document, now)
        acts = (
            [
                {
                    "label": _("Công bố toàn bộ trả lời"),
                    "url": address(document, "publish-answers"),
                    "post": True,
                    "red": True,
                }
            ]
            if verdict
            else [{"label": _("Công bố toàn bộ trả lời"), "why": verdict.reason}]
        )
        gate = {"say": say, "acts": acts if document.state in {"consulting", "responding"} else []}
    return render(
        request,
        "documents/response_table.html",
        {
            "document": document,
            "rows": shown,
            "all": len(rows),
            "filter": form,
            "count": count,
            "sort": sort,
            "gate": gate,
            "blind": round is not None and not access.sees_sent(by, round, now),
            "round": round,
            "agreed": reading.agreed(stand, by, now),
            "silent": [unit.short_name for unit in stand.silent(round)]
            if round is not None and round.is_over(now)
            else [],
            "crumbs": _crumbs(request, document),
            "query": request.GET.urlencode(),
        },
    )


def _filtered(rows: list[reading.TableRow], asked: dict[str, str]) -> list[reading.TableRow]:
    if unit := asked.get("don_vi"):
        rows = [row for row in rows if row.comment.submission.unit.code == unit]
    if clause := asked.get("dieu"):
        rows = [row for row in rows if (row.article or "toan-van") == clause]
    if decision := asked.get("tra_loi"):
        rows = [row for row in rows if (row.decision == decision if decision in Decision.values else not row.decision)]
    return rows


@require_safe
@member_page
def response_table_word(request: Any, slug: str) -> HttpResponse:
    by, now = request.mandate, request.now
    document = _document(request, slug)
    stand = reading.standing_of(document)
    if not stand.rounds:
        raise Http404
    return downloads.response_table(stand, reading.table_rows(stand, by, now), by, now)


# Tabling


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def conference_tabling(request: Any, slug: str) -> HttpResponse:
    by, now = request.mandate, request.now
    document = _document(request, slug)
    require(access.can_table(by, document, now))
    newest = document.versions.order_by("-ordinal").first()
    form = NoForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        went, made = _tried(form, lambda: tabling.table_document(document, by=by, now=now))
        if went:
            done(request, _("Đã trình hội nghị %(version)s.") % {"version": made.label.lower()})
            return redirect(document)
    will = [
        _("Trình %(version)s, mã %(hash)s. Từ lúc này văn bản được khóa; hội nghị quyết định đúng bản này.")
        % {"version": newest.label.lower(), "hash": newest.content_hash[:8].upper()}
    ]
    reserved = Comment.objects.sent().filter(
        submission__round__version__document=document, response__decision=Decision.TO_MEETING
    )
    for one in reserved.select_related("submission__unit").order_by("pk"):
        will.append(
            _("Hội nghị quyết định thêm: ý kiến của %(unit)s về %(where)s.")
            % {"unit": one.submission.unit, "where": one.citation or _("toàn văn bản")}
        )
    unchanged = reading.accepted_unchanged(document)
    if unchanged:
        will.append(_("Lưu ý: ghi là tiếp thu nhưng câu chữ chưa đổi: %(where)s.") % {"where": ", ".join(unchanged)})
    context = {
        "title": _("Trình hội nghị: %(title)s") % {"title": document.title},
        "will": will,
        "back": _("Không hoàn tác được; hội nghị có thể trả lại để soạn tiếp."),
        "button": _("Trình hội nghị"),
        "cancel_url": document.get_absolute_url(),
    }
    return _page(request, "ui/confirm.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def tabling_without_consultation(request: Any, slug: str) -> HttpResponse:
    by, now = request.mandate, request.now
    document = _document(request, slug)
    require(access.can_table_without_consultation(by, document, now))
    form = ReasonForm(request.POST or None)
    if request.method == "POST":
        went, _made = _tried(
            form,
            lambda: tabling.table_without_consultation(document, by=by, now=now, reason=form.cleaned_data["reason"]),
        )
        if went:
            done(request, _("Đã trình hội nghị, không qua lấy ý kiến."))
            return redirect(document)
    context = {
        "title": _("Trình hội nghị không qua lấy ý kiến"),
        "eyebrow": document.title,
        "will": [
            _("Các đơn vị không được hỏi trước về văn bản này."),
            _("Lý do được ghi vào lịch sử và biên bản hội nghị."),
        ],
        "back": _("Không hoàn tác được; hội nghị có thể trả lại để soạn tiếp."),
        "button": _("Trình không qua lấy ý kiến"),
        "cancel_url": document.get_absolute_url(),
    }
    return _page(request, "ui/confirm.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def withdrawal(request: Any, slug: str) -> HttpResponse:
    by, now = request.mandate, request.now
    document = _document(request, slug)
    require(access.can_withdraw(by, document, now))
    form = ReasonForm(request.POST or None)
    if request.method == "POST":
        went, _made = _tried(
            form, lambda: tabling.withdraw_document(document, by=by, now=now, reason=form.cleaned_data["reason"])
        )
        if went:
            done(request, _("Đã rút văn bản; mọi nội dung vẫn đọc được."))
            return redirect(document)
    context = {
        "title": _("Rút văn bản"),
        "eyebrow": document.title,
        "will": [
            _("“%(title)s” không còn được góp ý, trình hay thông qua trong năm này.") % {"title": document.title},
            _("Nội dung, ý kiến và trả lời vẫn đọc được."),
        ],
        "back": _("Không hoàn tác được; muốn làm tiếp thì đưa dự thảo vào như văn bản mới."),
        "button": _("Rút văn bản"),
        "cancel_url": document.get_absolute_url(),
    }
    return _page(request, "ui/confirm.html", context, form)
