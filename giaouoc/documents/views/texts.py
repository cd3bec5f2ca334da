"""Văn bản: the list, the clause view, the drafts as files, two drafts side by side."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from giaouoc.audit.trail import history_of
from giaouoc.clusters.access import works_in
from giaouoc.clusters.pages import member_page
from giaouoc.files.storage import file_response, hidden_words
from giaouoc.signing.queries import ceremony_url, slot_of, strip_of
from giaouoc.signing.rules.codes import shown
from giaouoc.signing.states import SlotState
from giaouoc.signing.strip import strip_in_words, ways_to_sign

from .. import access, comparing, downloads, gates, pairs
from ..addresses import address
from ..clause_page import rows_of, shown_page
from ..folding import fold
from ..models import Adoption, Document, DocumentVersion, DraftImport, Writing
from ..queries import relations_of
from ..rules.warnings import OF_REFERENCES
from ..standing import Standing, Tally, standing_of, standings, tallies, until, visible_versions
from ..states import DECIDED, PASSIVE, SPOKEN, DocumentKind, Relation, SubmissionState
from ..words import warning
from .common import crumbs_of, document_of


@require_safe
@member_page
def document_list(request: Any) -> HttpResponse:
    by, now = request.mandate, request.now
    documents = list(Document.objects.filter(year=request.year).select_related("drafting_unit").order_by("pk"))
    for one in documents:
        one.year = request.year
    stands = standings(documents)
    counts = tallies(stands)
    adoptions = {one.document_id: one for one in Adoption.objects.filter(document__in=stands)}
    items = []
    for one in documents:
        stand, tally = stands[one.pk], counts.get(one.pk, Tally())
        if not visible_versions(stand, by, now):
            continue
        items.append(
            {
                "title": one.title,
                "url": one.get_absolute_url(),
                "state": one.state,
                "state_label": one.state_label,
                "sentence": gates.sentence(stand, tally, adoptions.get(one.pk), by, now),
                "blockers": gates.as_sentences(gates.blockers_of(stand, tally, by, now)),
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
    writings = list(Writing.objects.visible_to(by, now).filter(year=request.year, finished_at=None, dropped_at=None))
    for writing in writings:
        writing.year = request.year
    context = {"items": items, "can_import": can_import, "waiting": waiting, "writings": writings}
    return render(request, "documents/list.html", context | {"crumbs": crumbs_of(request)[:1]})


@require_safe
@member_page
def document(request: Any, slug: str) -> HttpResponse:
    return _clauses(request, document_of(request, slug), None)


@require_safe
@member_page
def version(request: Any, slug: str, ordinal: int) -> HttpResponse:
    return _clauses(request, document_of(request, slug), ordinal)


def _clauses(request: Any, document: Document, ordinal: int | None) -> HttpResponse:
    by, now = request.mandate, request.now
    stand = standing_of(document)
    versions = visible_versions(stand, by, now)
    shown = (
        next((one for one in versions if one.ordinal == ordinal), None)
        if ordinal
        else versions[-1]
        if versions
        else None
    )
    if shown is None:
        raise Http404
    rows = rows_of(shown)
    folded = None if "toan-van" in request.GET else fold(document.pk, rows, by, now, request.GET.get("phan", ""))
    part = folded.part if folded else None
    html, whole, comments = shown_page(stand, shown, by, now, rows, part=part)
    tally = tallies([document.pk]).get(document.pk, Tally())
    adopted = Adoption.objects.select_related("signing_round").filter(document=document)
    adoption = adopted.first() if document.state in DECIDED else None
    gate = gates.process_gate(stand, tally, adoption, by, now)
    prepared = folded.own if folded else Counter(one.submission_id for one in comments)
    own = gates.unit_gate(stand, prepared, by, now)
    if own is not None and any(one.get("red") for one in gate["acts"]):
        own["acts"] = [{key: value for key, value in one.items() if key != "red"} for one in own["acts"]]
    round = stand.round
    facts = []
    if document.state == "consulting" and round is not None:
        facts.append(_("đến %(until)s") % {"until": until(round)})
    links = []
    files = shown.hidden_at is None
    if files and shown.ordinal > 1 and (changed := _changed(shown)):
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
    if access.can_pair(by, shown, now) and (left := len(pairs.doubtful(shown))):
        words = ngettext("Ghép điều khoản: còn %(count)s chỗ", "Ghép điều khoản: còn %(count)s chỗ", left)
        links.append({"label": words % {"count": left}, "url": address(document, "pair", shown.ordinal)})
    if stand.rounds:
        links.append({"label": _("Bảng tiếp thu, giải trình"), "url": address(document, "answers")})
    if files and shown.source_id:
        links.append({"label": _("Tải tệp Word gốc"), "url": address(document, "source", shown.ordinal)})
    if files:
        links.append({"label": _("Tải Word"), "url": address(document, "word", shown.ordinal)})
        links.append({"label": _("Tải PDF"), "url": address(document, "pdf", shown.ordinal)})
        links.append({"label": _("Tải Akoma Ntoso (XML)"), "url": address(document, "akoma-ntoso", shown.ordinal)})
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
            "withdrawal": gates.withdrawal_gate(document, by, now),
            "html": html,
            "folded": folded,
            "whole": whole,
            "facts": facts,
            "references": _references(shown, rows)
            if shown is versions[-1] and access.can_import(by, request.year, now, document)
            else [],
            "links": links,
            "quiet": gates.quiet_acts(stand, by, now),
            "may_comment": bool(own),
            "history": _history(stand, by, now),
            "relations": _relations(document, by) if document.state in DECIDED else [],
            **_signing(request, adoption),
        },
    )


def _references(version: DocumentVersion, rows: Any) -> list[dict[str, str]]:
    """The references of a draft to look at before it goes out: to nowhere, or not where they led."""
    cited = {row["path"]: row["where"] for row in rows}
    return [
        {"path": one["where"], "where": cited[one["where"]], "what": warning(one)}
        for one in version.warnings
        if one.get("code") in OF_REFERENCES and one["where"] in cited
    ]


def _relations(document: Document, by: Any) -> list[dict[str, str]]:
    """'Thay thế: Quy chế …, số 01-QC/CTĐ17 (năm 2025)' and the other way round; linked for who works in that year."""
    before, after = relations_of(document)
    found = [(str(Relation(one.relation).label), one.earlier) for one in before]
    found += [(str(PASSIVE[Relation(one.relation)]), one.document) for one in after]
    return [
        {
            "label": label,
            "title": _("%(title)s, năm %(year)s, số %(number)s")
            % {"title": other.title, "year": other.year.number, "number": other.adoption.number},
            "url": other.get_absolute_url() if other.year_id == document.year_id or works_in(by, other.year) else "",
        }
        for label, other in found
    ]


def _signing(request: Any, adoption: Adoption | None) -> dict[str, Any]:
    """The strip of an adopted text that is put to signing, and this person's acts."""
    round_ = adoption.signing_round if adoption else None
    if round_ is None:
        return {}
    by, now, round_.year = request.mandate, request.now, request.year
    slot, acts = slot_of(round_, by), []
    if slot is not None and slot.role == by.role and round_.state == "signing" and slot.state != SlotState.SIGNED:
        acts = ways_to_sign(by, slot, now, _("Ký văn bản"))
    return {
        "round": round_,
        "slots": strip_in_words(strip_of(round_, now), None),
        "sign_acts": acts,
        "code": shown(round_.code),
        "ceremony_url": ceremony_url(round_),
        "signed_url": ceremony_url(round_, "document"),
    }


def _changed(version: Any) -> int:
    changes = version.changes.exclude(change__in=comparing.QUIET).values_list("from_paths", "to_paths", "change")
    return len({(tuple(a), tuple(b), change) for a, b, change in changes})


HIDDEN = ("documents.start_supplement", "documents.hand_to_leader", "documents.take_back")  # a unit's own work


def _history(stand: Standing, by: Any, now: Any) -> Any:
    """The acts on the text, its rounds and the bundles that may be read; preparing is the unit's own affair."""
    told = [
        one
        for one in stand.submissions
        if (one.state in SPOKEN or one.state == SubmissionState.SILENT)
        and (one.unit_id == by.unit_id or access.sees_sent(by, one.round, now))
    ]
    events = history_of(stand.document, *stand.rounds, *told).exclude(verb__in=HIDDEN)
    if not gates.can_answers(by, stand, now):  # how many are answered tells how many were sent
        events = events.exclude(verb="documents.approve_answers")
    return events[:40]


@require_safe
@member_page
def version_source(request: Any, slug: str, ordinal: int) -> HttpResponse:
    found = access.get_version_for(request.mandate, document_of(request, slug), ordinal, request.now)
    if found.source is None:
        raise Http404
    if found.hidden_at is not None:
        raise hidden_words()
    return file_response(found.source)


@require_safe
@member_page
def version_pdf(request: Any, slug: str, ordinal: int) -> HttpResponse:
    document = document_of(request, slug)
    found = access.get_version_for(request.mandate, document, ordinal, request.now)
    adoption = Adoption.objects.filter(version=found).first()
    return downloads.version_pdf(found, adoption, request.now)


@require_safe
@member_page
def version_word(request: Any, slug: str, ordinal: int) -> HttpResponse:
    found = access.get_version_for(request.mandate, document_of(request, slug), ordinal, request.now)
    return downloads.version_word(found, Adoption.objects.filter(version=found).first(), request.now)


@require_safe
@member_page
def version_akoma_ntoso(request: Any, slug: str, ordinal: int) -> HttpResponse:
    found = access.get_version_for(request.mandate, document_of(request, slug), ordinal, request.now)
    return downloads.version_akoma_ntoso(found, Adoption.objects.filter(version=found).first())


def _two(request: Any, slug: str, ordinal: int) -> tuple[DocumentVersion, DocumentVersion]:
    """(earlier, later): the draft of the address and the one before it, or the one that ``?voi=`` names."""
    document = document_of(request, slug)
    later = access.get_version_for(request.mandate, document, ordinal, request.now)
    typed = request.GET.get("voi", "")
    with_ = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 5 else later.ordinal - 1
    if not 0 < with_ < later.ordinal:
        raise Http404
    earlier = access.get_version_for(request.mandate, document, with_, request.now)
    if earlier.hidden_at is not None or later.hidden_at is not None:
        raise hidden_words()
    return earlier, later


@require_safe
@member_page
def comparison(request: Any, slug: str, ordinal: int) -> HttpResponse:
    """A draft and an earlier one: the changes first, by word, each with its comments and earlier wordings."""
    earlier, later = _two(request, slug, ordinal)
    by, now, document = request.mandate, request.now, later.document
    stand = standing_of(document)
    everything, beside = request.GET.get("tat-ca") == "1", request.GET.get("kieu") == "hai-cot"
    rows = comparing.compared(earlier, later, everything=everything)
    comparing.with_history(rows, stand, earlier, later, by, now)
    query = f"?voi={earlier.ordinal}"
    shown = {"voi": str(earlier.ordinal), "tat-ca": "1" if everything else "", "kieu": "hai-cot" if beside else ""}

    def link(**other: str) -> str:
        kept = {
            key: value
            for key, value in {**shown, **{key.replace("_", "-"): one for key, one in other.items()}}.items()
            if value
        }
        return "?" + urlencode(kept)

    return render(
        request,
        "documents/compare.html",
        {
            "document": document,
            "earlier": earlier,
            "later": later,
            "rows": rows,
            "everything": everything,
            "beside": beside,
            "others": [
                {"label": one.label, "url": link(voi=str(one.ordinal)), "current": one.ordinal == earlier.ordinal}
                for one in visible_versions(stand, by, now)
                if one.ordinal < later.ordinal
            ],
            "all_url": link(tat_ca="" if everything else "1"),
            "beside_url": link(kieu="" if beside else "hai-cot"),
            "word": address(document, "changes-word", later.ordinal) + query,
            "table": address(document, "changes-table", later.ordinal) + query,
            "crumbs": crumbs_of(request, document),
        },
    )


@require_safe
@member_page
def comparison_word(request: Any, slug: str, ordinal: int) -> HttpResponse:
    """The later draft with what changed since the earlier one as tracked changes."""
    return downloads.changes_word(*_two(request, slug, ordinal), request.now)


@require_safe
@member_page
def comparison_table(request: Any, slug: str, ordinal: int) -> HttpResponse:
    """The table of changes as a Word file."""
    return downloads.changes_table(*_two(request, slug, ordinal), request.now)
