"""Soạn trên trang: the working copy as a page, one clause open at a time; each act is a POST."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from giaouoc.audit.trail import history_of
from giaouoc.clusters.pages import member_page
from giaouoc.lib.errors import Invalid
from giaouoc.lib.verdict import require
from giaouoc.ui.clauses import anchor, hold_references
from giaouoc.ui.clauses import rows_of as flat
from giaouoc.ui.forms import submitted
from giaouoc.ui.say import done

from .. import access
from ..actions import writing as acts
from ..forms import TitleForm, WordsForm, WritingForm
from ..identity import rows_of_tree
from ..models import Writing
from ..queries import at_work, begun_at, next_step
from ..rules import writing as rules
from ..rules.corrections import ASIDE
from ..rules.references import kept_in, lost, references, rendered, shown
from ..rules.warnings import OF_REFERENCES, tree_warnings
from ..words import CANNOT, STEPS, warning
from .common import crumbs_of, document_of, page

BUTTONS = (  # verb, keys, where it stands
    ("add", "Control+Enter"),
    ("add_inside", "Control+Shift+Enter"),
    ("up", "Alt+Shift+ArrowUp"),
    ("down", "Alt+Shift+ArrowDown"),
    ("indent", "Alt+Shift+ArrowRight"),
    ("outdent", "Alt+Shift+ArrowLeft"),
    ("split", "Alt+Enter"),
    ("merge", "Alt+Shift+Enter"),
    ("drop", "Alt+Delete"),
)


def _writing(request: Any, pk: int) -> Writing:
    return access.get_writing_for(request.mandate, request.year, pk, request.now)


def _at(request: Any, name: str, found: Writing, *more: Any) -> str:
    """An address below a working copy's."""
    return reverse(f"documents:{name}", args=[request.year.cluster.code, request.year.number, found.pk, *more])


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def new_writing(request: Any) -> HttpResponse:
    """A text begun from nothing."""
    by, now, year = request.mandate, request.now, request.year
    require(access.can_import(by, year, now))
    form = TitleForm(request.POST or None)
    made: list[Writing] = []
    if submitted(
        request,
        form,
        lambda typed: made.append(acts.start_writing(year, by=by, now=now, **typed)),
        _("Đã mở bản soạn với khung sẵn có."),
    ):
        return redirect(made[0])
    context = {"title": _("Soạn văn bản mới trên trang"), "crumbs": crumbs_of(request)}
    return page(request, "documents/new_writing.html", context, form)


@require_POST
@member_page
def writing_start(request: Any, slug: str) -> HttpResponse:
    document = document_of(request, slug)
    return redirect(acts.start_writing(request.year, by=request.mandate, now=request.now, document=document))


@require_safe
@member_page
def writing(request: Any, pk: int) -> HttpResponse:
    return _show(request, _writing(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def clause(request: Any, pk: int, clause: UUID) -> HttpResponse:
    """The page with one clause open; a POST does the act that was pressed, with the words typed there."""
    by, now, found = request.mandate, request.now, _writing(request, pk)
    require(access.can_write(by, found, now))
    if request.method == "POST" and request.POST.get("viec") == "forget":
        acts.forget_unfinished(found, clause, by=by, now=now)
        gone = _place(found, str(clause)) is None
        return redirect(found) if gone else redirect(_at(request, "write-clause", found, clause))
    here = str(clause)
    at = _place(found, here)
    if at is None:
        if request.method != "POST":
            raise Http404
        late = WordsForm(request.POST)
        if late.is_valid():
            acts.keep_unfinished(found, clause, by=by, now=now, **_typed(late))
            return _show(request, found, trouble=str(CANNOT["gone"]), status=409)
        kept = {"heading": request.POST.get("heading", ""), "text": request.POST.get("text", "")}
        return _show(request, found, trouble=str(CANNOT["gone"]), kept=[kept], status=409)
    aside = found.rows[at]["kind"] in ASIDE
    if request.method != "POST":
        return _show(request, found, open_at=at, form=_form(request, found, at))
    form = WritingForm(request.POST, aside=aside)
    if form.is_valid():
        typed = form.cleaned_data
        act = rules.Act(
            typed["viec"],
            here,
            typed["heading"],
            typed["text"],
            typed.get("kind"),
            typed.get("number"),
            typed["cut"],
            rules.Seen.from_json(typed["opened"]),
        )
        try:
            going_on = acts.write(found, act, seen=typed["seen"], by=by, now=now)
        except acts.ClauseChanged as changed:
            acts.keep_unfinished(found, clause, by=by, now=now, **_typed(form))
            return _show(request, found, open_at=_place(found, here), form=form, trouble=str(changed), status=409)
        except Invalid as refused:
            form.add_error(None, str(refused))
        else:
            left = _place(found, going_on)
            if act.verb == "save" or left is None:
                near = left if left is not None else min(at, len(found.rows) - 1)
                path = rows_of_tree(rules.tree_of(found.rows))[near].path
                return redirect(f"{found.get_absolute_url()}#{anchor(path)}")
            return redirect(_at(request, "write-clause", found, going_on))
    return _show(request, found, open_at=at, form=form, status=422)


def _place(found: Writing, clause: str) -> int | None:
    return next((place for place, row in enumerate(found.rows) if row["id"] == clause), None)


def _form(request: Any, found: Writing, at: int) -> WritingForm:
    """The clause as it reads, or as one had begun to change it."""
    row, node = found.rows[at], flat(rules.tree_of(found.rows))[at]
    opened = rules.seen_at(found.rows, at)
    initial = {
        "heading": row["heading"],
        "text": node["text"],
        "kind": row["kind"],
        "number": node["number"],
        "seen": rules.mark_of(row),
        "opened": opened.as_json(),
        "viec": "save",
    }
    own = next((one for one in begun_at(found, request.mandate) if str(one.clause) == row["id"]), None)
    if own is not None:
        initial |= {"heading": own.heading, "seen": own.seen} | _as_it_reads(found, opened, own.text)
    form = WritingForm(initial=initial, aside=row["kind"] in ASIDE, begun_at=own.at if own is not None else None)
    form.fields["text"].widget.attrs["autofocus"] = True
    return form


def _typed(form: WordsForm) -> dict[str, Any]:
    """What was typed at a clause, to be kept."""
    words = {name: form.cleaned_data[name] for name in ("heading", "text", "seen")}
    return words | {"opened": rules.Seen.from_json(form.cleaned_data["opened"])}


def _as_it_reads(found: Writing, now: rules.Seen, text: str) -> dict[str, str]:
    """Words whose references are tied, as a form shows them now."""
    standing = rules.standing_of(found.rows)
    return {"text": rendered(text, standing), "opened": replace(now, kept=kept_in(text, standing)).as_json()}


def _seen_anew(found: Writing, at: int, data: dict[str, Any]) -> dict[str, Any]:
    """What was typed, once both texts are in sight: the next save is made over what stands there now."""
    now, was = rules.seen_at(found.rows, at), rules.Seen.from_json(data.get("opened", ""))
    data |= {"seen": rules.mark_of(found.rows[at]), "opened": now.as_json()}
    if was is not None:
        data |= {name: getattr(now, name) for name in ("kind", "number") if data.get(name) == getattr(was, name)}
        text = rules.typed_at(found.rows, found.rows[at]["id"], data.get("text", ""), was)
        data |= _as_it_reads(found, now, text)
    return data


def _show(
    request: Any,
    found: Writing,
    *,
    open_at: int | None = None,
    form: WritingForm | None = None,
    trouble: str = "",
    kept: list[dict[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    by, now = request.mandate, request.now
    may = access.can_write(by, found, now)
    tree, standing = rules.tree_of(found.rows), rules.standing_of(found.rows)
    places, rows = rows_of_tree(tree), flat(tree)
    anchors = {row["id"]: anchor(place.path) for row, place in zip(found.rows, places, strict=True)}
    busy = at_work(found, by, now)
    begun = begun_at(found, by)
    mine = {str(one.clause) for one in begun}
    left = [
        {
            "heading": one.heading,
            "text": rendered(one.text, standing),
            "at": one.at,
            "url": _at(request, "write-clause", found, one.clause) if may else "",
        }
        for one in begun
        if not may or str(one.clause) not in anchors
    ]
    nowhere = []
    for at, (own, row, place) in enumerate(zip(found.rows, rows, places, strict=True)):
        row["path"] = place.path
        row["html"] = _linked(own["text"], standing, anchors)
        nowhere += [
            {"path": place.path, "where": place.citation, "what": words} for words in lost(own["text"], standing)
        ]
        if may and at != open_at:
            state = [_("số đặt tay")] if own["fixed"] and own["number"] not in (None, "-") else []
            state += [_("đang viết dở")] if own["id"] in mine else []
            state += [_("%(who)s đang sửa") % {"who": who} for who in busy.get(own["id"], ())]
            words = " · ".join([_("Sửa"), *state])
            name = f"{words}: {place.citation}"
            row["actions"] = [{"url": _at(request, "write-clause", found, own["id"]), "label": words, "name": name}]
    paths = {place.path: place.citation for place in places}
    for one in tree_warnings(tree):
        if one.code in OF_REFERENCES and one.where in paths:
            nowhere.append({"path": one.where, "where": paths[one.where], "what": warning(one.kept())})
    steps = {name: next_step(found, back=name == "undo") if may else None for name in ("undo", "redo")}
    context: dict[str, Any] = {
        "writing": found,
        "may": may,
        "may_restore": access.can_restore_writing(by, found, now),
        "before": rows if open_at is None else rows[:open_at],
        "after": [] if open_at is None else rows[open_at + 1 :],
        "opened": open_at is not None,
        "nowhere": nowhere,
        "trouble": trouble,
        "kept": [*(kept or []), *left],
        **steps,
        "crumbs": crumbs_of(request, found.document),
        "history": history_of(found)[:20],
    }
    for name, step in steps.items():
        if step is not None:
            context[f"{name}_words"] = f"{STEPS[step.verb]}, {step.where} ({step.made_by})"
    if open_at is not None and form is not None:
        own = found.rows[open_at]
        if trouble:  # the next save is made with both texts in sight
            form.data = _seen_anew(found, open_at, dict(form.data.items()))
        aside = own["kind"] in ASIDE
        context |= {
            "where": places[open_at].citation,
            "clause": own,
            "anchor": anchors[own["id"]],
            "now_says": rows[open_at] if trouble or form.begun_at else None,
            "busy": busy.get(own["id"], []),
            "buttons": [
                {"verb": verb, "keys": keys, "label": str(STEPS[verb])[:1].upper() + str(STEPS[verb])[1:]}
                for verb, keys in BUTTONS
                if not aside or verb in {"add", "drop"}
            ],
            "clause_url": _at(request, "write-clause", found, own["id"]),
            "keep_url": _at(request, "keep-words", found, own["id"]),
        }
    response = page(request, "documents/writing.html", context, form)
    if status != 200:
        response.status_code = status
    return response


def _linked(text: str, standing: Any, anchors: dict[str, str]) -> SafeString:
    """The words of a clause with its references as links to the clauses they are tied to."""
    words, spans = shown(text, standing)
    out, at = [], 0
    for found in references(words) if spans else ():
        ties = [tie for start, _end, tie in spans if found.start <= start < found.end]
        target = next((anchors[one] for one in (tie[1:].split("|")[0] for tie in ties) if one in anchors), None)
        if target is not None:
            out.append(format_html("{}", hold_references(words[at : found.start])))
            out.append(format_html('<a href="#{}">{}</a>', target, hold_references(found.words)))
            at = found.end
    out.append(format_html("{}", hold_references(words[at:])))
    return mark_safe("".join(out))  # each piece escaped above


@require_POST
@member_page
def words_keeping(request: Any, pk: int, clause: UUID) -> HttpResponse:
    """What is being typed, kept on the way; the answer says who else is at the clause."""
    found = _writing(request, pk)
    form = WordsForm(request.POST)
    if not form.is_valid():
        return HttpResponse("; ".join(str(words) for several in form.errors.values() for words in several), status=422)
    acts.keep_unfinished(found, clause, by=request.mandate, now=request.now, **_typed(form))
    others = at_work(found, request.mandate, request.now).get(str(clause), [])
    words = [_("%(who)s đang sửa điều khoản này.") % {"who": who} for who in others]
    return HttpResponse(" ".join(words), content_type="text/plain; charset=utf-8")


def _step(request: Any, pk: int, *, back: bool) -> HttpResponse:
    found = _writing(request, pk)
    typed = request.POST.get("buoc", "")
    step = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 18 else 0
    acts.undo_writing(found, step=step, back=back, by=request.mandate, now=request.now)
    done(request, _("Đã hoàn tác.") if back else _("Đã làm lại."))
    return redirect(found)


@require_POST
@member_page
def step_undoing(request: Any, pk: int) -> HttpResponse:
    return _step(request, pk, back=True)


@require_POST
@member_page
def step_redoing(request: Any, pk: int) -> HttpResponse:
    return _step(request, pk, back=False)


@require_POST
@member_page
def writing_finishing(request: Any, pk: int) -> HttpResponse:
    version = acts.finish_writing(_writing(request, pk), by=request.mandate, now=request.now)
    done(request, _("Đã chốt thành %(version)s.") % {"version": version.label.lower()})
    return redirect(version.document)


@require_POST
@member_page
def writing_dropping(request: Any, pk: int) -> HttpResponse:
    found = _writing(request, pk)
    acts.drop_writing(found, by=request.mandate, now=request.now)
    done(request, _("Đã bỏ bản soạn."), undo=_at(request, "restore-writing", found))
    return redirect(found)


@require_POST
@member_page
def writing_restoring(request: Any, pk: int) -> HttpResponse:
    found = _writing(request, pk)
    acts.restore_writing(found, by=request.mandate, now=request.now)
    done(request, _("Đã lấy lại bản soạn."))
    return redirect(found)
