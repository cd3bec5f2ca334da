"""What waits for whom in this slice, and where its artefacts stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from giaouoc.clusters.access import is_head, is_head_secretary
from giaouoc.clusters.models import Mandate, MemberRole, Role, Year
from giaouoc.lib.dates import short_date
from giaouoc.lib.todo import Artefact, Todo
from giaouoc.signing.access import signing_works
from giaouoc.signing.queries import strip_of, units_done
from giaouoc.signing.states import SlotState

from .models import Pact
from .queries import activities_of, blockers_of, current_pact, current_pacts, text_blockers
from .states import CLOSED, PactState


def todos(mandates: Sequence[Mandate], now: datetime) -> list[Todo]:
    """Draft the pact, freeze it; its signing waits as that of any document does (``signing.todos``)."""
    mandates = [by for by in mandates if by.role in {Role.LEADER, Role.SECRETARY}]
    pacts = current_pacts([by.year for by in mandates if by.year])
    return [todo for by in mandates if by.year for todo in _todos_by(by, by.year, pacts.get(by.year.pk), now)]


def _todos_by(by: Mandate, year: Year, pact: Pact | None, now: datetime) -> list[Todo]:
    url = reverse("programme:pact", args=[year.cluster.code, year.number])
    if pact is None or pact.state in CLOSED:
        if is_head_secretary(by, year, now) and not text_blockers(year):
            ordinal = pact.ordinal + 1 if pact else 1
            text = _("Lập giao ước thi đua") if pact is None else _("Lập phiên bản %(n)s của giao ước") % {"n": ordinal}
            return [Todo(text, url, detail=_("Quy chế và Kế hoạch đã được thông qua."))]
        return []
    if pact.state == PactState.DRAFT:
        if is_head(by, year, now) and not blockers_of(pact, now) and signing_works():
            return [Todo(_("Khóa giao ước để ký"), url, due=pact.signing_date)]
        return []
    return []


def standing(year: Year, by: Mandate | None, now: datetime) -> list[Artefact]:
    """Where the pact stands and what holds it up; and the year's activities, each a bar of the timeline."""
    return [_pact(year, by, now), *_activities(year)]


def _pact(year: Year, by: Mandate | None, now: datetime) -> Artefact:
    pact = current_pact(year)
    url = reverse("programme:pact", args=[year.cluster.code, year.number])
    day = pact.signing_date if pact else None
    state, label, blockers = "later", _("Chờ văn bản được thông qua"), text_blockers(year)
    sentence = _("Lập từ Quy chế và Kế hoạch đã thông qua; lãnh đạo các đơn vị ký số, bất kỳ thứ tự nào.")
    if pact is None or pact.state in CLOSED:
        if pact is not None:
            state, label = "late", pact.state_label
            sentence = _("Phiên bản %(n)s đã khép. Đơn vị Cụm trưởng lập phiên bản mới.") % {"n": pact.ordinal}
        elif not blockers:
            state, label = "draft", _("Chờ soạn")
            blockers = [_("Đơn vị Cụm trưởng chưa lập giao ước.")]
    elif pact.state == PactState.DRAFT:
        state, label = "draft", pact.state_label
        sentence = _("Đơn vị Cụm trưởng đang soạn.")
        knows = by is not None and by.role != Role.OBSERVER and by.membership_role(now) == MemberRole.HEAD
        blockers = blockers_of(pact, now) if knows else blockers
    elif pact.signing_round is not None and pact.state == PactState.SIGNING:
        boxes = strip_of(pact.signing_round, now)
        count, units = units_done(boxes)
        state = "open"
        label = _("Đang ký, %(count)s/%(all)s đơn vị") % {"count": count, "all": units}
        sentence = _("Mỗi lãnh đạo ký bằng chứng thư của đơn vị mình, bất kỳ thứ tự nào.")
        missing = ", ".join(box.slot.who for box in boxes if box.state != SlotState.SIGNED)
        blockers = [_("Chưa ký: %(units)s.") % {"units": missing}]
    elif pact.state == PactState.SIGNED:
        state, label, sentence = "open", pact.state_label, _("Đủ chữ ký của mọi đơn vị.")
        blockers = [_("Chưa đóng niêm được; đơn vị Cụm trưởng đóng niêm lại.")]
    else:
        state, label, blockers = "sealed", pact.state_label, []
        sentence = _("Ký ngày %(day)s; ai cũng xác minh được.") % {"day": short_date(pact.signing_date)}
    return Artefact(
        title=_("Giao ước thi đua"),
        url=url,
        state=state,
        state_label=label,
        sentence=sentence,
        kind="pact",
        blockers=blockers,
        starts=day,
        ends=day,
        short=_("Ký giao ước"),
    )


def _activities(year: Year) -> list[Artefact]:
    url = reverse("programme:activities", args=[year.cluster.code, year.number])
    found = []
    for one in activities_of(year):
        host = one.host_name or _("chưa có đơn vị chủ trì")
        month = one.planned_on
        found.append(
            Artefact(
                title=one.title,
                url=url,
                state="later",
                state_label=_("tháng %(month)s") % {"month": month.month} if month else _("chưa định tháng"),
                sentence=_("Chủ trì: %(host)s.") % {"host": host},
                kind="activities",
                starts=month,
                ends=_last_day(month) if month else None,
                short=one.kind_label if one.kind != "other" else one.title,
            )
        )
    return found


def _last_day(first: date) -> date:
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)
