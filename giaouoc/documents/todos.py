"""What waits for whom in this slice, and where its texts stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from giaouoc.clusters.models import Mandate, Role, Year
from giaouoc.lib.clock import local_date
from giaouoc.lib.todo import Artefact, Todo

from . import gates
from .access import can_remind
from .addresses import address
from .models import Adoption, Document
from .standing import Standing, Tally, prepared_by, standings, tallies, visible_versions
from .states import SPOKEN, STILL_HEARD, DocumentKind, DocumentState, SubmissionState


def _documents(year_id: int) -> list[Document]:
    found = Document.objects.filter(year=year_id).select_related("year__cluster", "drafting_unit")
    return list(found.order_by("pk"))


def todos(mandates: Sequence[Mandate], now: datetime) -> list[Todo]:
    """Things to do by these mandates, and what they wait for; the same number of statements for any number of texts."""
    return [todo for by in mandates for todo in _todos_by(by, now)]


def _todos_by(by: Mandate, now: datetime) -> list[Todo]:
    if by.year_id is None or by.role not in {Role.SECRETARY, Role.LEADER} or by.membership_role(now) is None:
        return []
    documents = _documents(by.year_id)
    stands, counts, prepared = standings(documents), tallies([one.pk for one in documents]), prepared_by(by)
    found: list[Todo] = []
    for document in documents:
        stand, tally = stands[document.pk], counts.get(document.pk, Tally())
        if gates.can_answers(by, stand, now):
            found += _of_drafters(stand, tally, by, now)
        found += _of_unit(stand, prepared, by, now)
    return found


def _places(where: list[str]) -> str:
    """'Điều 6, Điều 17': the articles of these citations, each once."""
    articles = []
    for citation in where:
        words = citation.split()
        at = next((place for place in range(len(words) - 1, -1, -1) if words[place] in {"Điều", "Mục"}), None)
        articles.append(" ".join(words[at : at + 2]) if at is not None else citation)
    unique = list(dict.fromkeys(articles))
    return ", ".join(unique[:5]) + (" …" if len(unique) > 5 else "")


def _of_drafters(stand: Standing, tally: Tally, by: Mandate, now: datetime) -> list[Todo]:
    document, round = stand.document, stand.round
    title, url = document.title, document.get_absolute_url()
    answers = address(document, "answers") + "?tra_loi=chua"
    found: list[Todo] = []
    if document.state in STILL_HEARD and tally.unanswered:
        text = ngettext(
            "Trả lời %(count)s ý kiến về %(where)s", "Trả lời %(count)s ý kiến về %(where)s", tally.unanswered
        )
        due = local_date(round.closes_at) if round is not None and document.state == DocumentState.CONSULTING else None
        found.append(Todo(text % {"count": tally.unanswered, "where": _places(tally.where)}, answers, due, title))
    if document.state == DocumentState.CONSULTING and round is not None:
        if round.is_over(now):
            found.append(Todo(_("Khép đợt lấy ý kiến"), url, local_date(round.closes_at), title))
        elif silent := stand.silent(round):
            waiting = _("%(units)s gửi góp ý") % {"units": gates.names(silent)}
            found.append(Todo(waiting, url, local_date(round.closes_at), title, waiting=True))
    elif document.state == DocumentState.RESPONDING and not tally.unanswered:
        found.append(Todo(_("Công bố trả lời các ý kiến"), url, None, title))
    elif document.state == DocumentState.RESPONDED and not tally.unpublished:
        found.append(Todo(_("Trình hội nghị: %(title)s") % {"title": title}, address(document, "table"), None, ""))
    elif document.state == DocumentState.DRAFTING and stand.newest is not None:
        opens = by.role == Role.LEADER or bool(by.delegation_number)
        text = _("Mở lấy ý kiến: %(title)s") % {"title": title}
        if opens:
            found.append(Todo(text, address(document, "open-round"), None, stand.newest.label))
        else:
            found.append(
                Todo(_("Lãnh đạo mở lấy ý kiến: %(title)s") % {"title": title}, url, None, stand.newest.label, True)
            )
    return found


def _of_unit(stand: Standing, prepared: dict[int, int], by: Mandate, now: datetime) -> list[Todo]:
    document, round, own = stand.document, stand.round, stand.own(by)
    if own is None or round is None or own.state in SPOKEN or document.state not in STILL_HEARD:
        return []
    count, due, bundle = prepared.get(own.pk, 0), local_date(round.closes_at), address(document, "bundle")
    if round.is_over(now) and not count:
        return []  # silence was recorded; what is still said is of the unit's own accord
    ready = ngettext("%(count)s ý kiến đã soạn", "%(count)s ý kiến đã soạn", count) % {"count": count}
    if by.role == Role.LEADER:
        handed = own.state == SubmissionState.WITH_LEADER
        if count:
            detail = f"{document.title}. {_('Thư ký đã trình.')}" if handed else document.title
            return [Todo(_("Gửi góp ý của đơn vị, %(ready)s") % {"ready": ready}, bundle, due, detail)]
        return [Todo(_("Góp ý dự thảo %(title)s") % {"title": document.title}, document.get_absolute_url(), due)]
    if own.state == SubmissionState.WITH_LEADER:
        return [
            Todo(_("Lãnh đạo gửi góp ý của đơn vị, %(ready)s") % {"ready": ready}, bundle, due, document.title, True)
        ]
    detail = _("%(ready)s, chưa trình lãnh đạo") % {"ready": ready} if count else ""
    return [Todo(_("Góp ý dự thảo %(title)s") % {"title": document.title}, document.get_absolute_url(), due, detail)]


def standing(year: Year, by: Mandate | None, now: datetime) -> list[Artefact]:
    """Where each text of the year stands and what blocks its next step, as far as this mandate may know.

    A stranger (None) learns of no draft; only of what was adopted."""
    documents = _documents(year.pk)
    for one in documents:
        one.year = year
    stands, counts = standings(documents), tallies([one.pk for one in documents])
    adoptions = {one.document_id: one for one in Adoption.objects.filter(document__in=stands)}
    found = []
    for document in documents:
        stand, adoption = stands[document.pk], adoptions.get(document.pk)
        if by is None or by.role == Role.ADMINISTRATOR:
            if adoption is None:
                continue
        elif not visible_versions(stand, by, now):
            continue
        found.append(_artefact(stand, counts.get(document.pk, Tally()), adoption, by, now))
    return found


def _artefact(stand: Standing, tally: Tally, adoption: Adoption | None, by: Mandate | None, now: datetime) -> Artefact:
    document, round = stand.document, stand.round
    blockers = gates.as_sentences(gates.blockers_of(stand, tally, by, now))
    newest = stand.newest
    starts = local_date(round.opens_at) if round is not None else (local_date(newest.made_at) if newest else None)
    ends = local_date(round.closes_at) if round is not None else None
    if adoption is not None:
        ends = adoption.meeting_date
    act = act_url = ""
    silent = stand.silent(round) if round is not None and document.state == DocumentState.CONSULTING else []
    if silent and round is not None:
        round.version.document = document
        if can_remind(by, round, now):
            words = ngettext("Nhắc %(count)s đơn vị", "Nhắc %(count)s đơn vị", len(silent))
            act, act_url = words % {"count": len(silent)}, address(document, "remind")
    return Artefact(
        act=act,
        act_url=act_url,
        title=document.title,
        url=document.get_absolute_url(),
        state=document.state,
        state_label=document.state_label,
        sentence=gates.sentence(stand, tally, adoption, by, now),
        kind="documents",
        blockers=blockers,
        starts=starts,
        ends=ends,
        short=str(DocumentKind(document.kind).label),
    )
