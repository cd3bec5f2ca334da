"""Chỉnh sửa tại hội nghị: edits are listed at the item, decided on with the text, and worked into it by machine."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import record
from giaouoc.clusters.models import Mandate
from giaouoc.documents.actions.fixing import fix_response_table
from giaouoc.documents.actions.tabling import (
    adopt_document,
    adopt_with_edits,
    confirm_final,
    send_back_document,
    send_back_final,
)
from giaouoc.documents.models import Document, ProvisionText
from giaouoc.documents.queries import lock, refuse_unreadable
from giaouoc.documents.rules.clause_tree import content_hash
from giaouoc.documents.rules.floor_edits import Clash
from giaouoc.lib.clock import local_date
from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.lib.language import official
from giaouoc.lib.verdict import require

from ..access import can_check_final, can_close_final, can_edit_floor, can_return_final
from ..counting import words_of
from ..models import AgendaItem, CheckedText, FloorEdit, ItemBallot, MeetingDecision, ReturnedText
from ..queries import edited, kept_edits, listed_edits, tabled_version, waiting_final, why_not_put
from ..states import APPROVED, FloorAct

LONGEST = 5000  # characters of a clause


@transaction.atomic
def add_floor_edit(
    item: AgendaItem, at: ProvisionText, act: str, text: str, *, by: Mandate, now: datetime
) -> FloorEdit:
    """List an edit of one clause. Refused when it does not go together with those listed, and for a text that is not the one
    tabled now. Raises NotAllowed, WrongState, Invalid."""
    lock(item.meeting, "state", "breaks")
    require(can_edit_floor(by, item, now))
    text = "" if act == FloorAct.DROP else text.strip()
    if act not in FloorAct.values:
        raise Invalid(_("Chọn sửa lời, bỏ hoặc thêm."), field="act")
    if sentences := why_not_put(item):
        raise WrongState(*sentences)
    if at.version_id != item.version_id:
        raise Invalid(_("Chọn điều khoản của bản đã trình."), field="at")
    if act != FloorAct.DROP and not text:
        raise Invalid(_("Ghi nội dung mới."), field="text")
    if act == FloorAct.REWORD and text == at.text:
        raise Invalid(_("Nội dung mới giống nội dung đang có."), field="text")
    if len(text) > LONGEST:
        raise Invalid(_("Nội dung dài quá 5.000 ký tự."), field="text")
    if act == FloorAct.ADD and at.kind not in {"article", "paragraph", "point"}:
        raise Invalid(_("Thêm sau một điều, khoản hoặc điểm."), field="at")
    edit = FloorEdit.objects.create(item=item, at=at, act=act, text=text, made_by=by, made_at=now)
    try:
        edited(at.version, listed_edits(item))
    except Clash as clash:
        raise Invalid(
            _("Điều khoản này đã có chỉnh sửa, hoặc nằm trong điều khoản đã bỏ. Xóa chỉnh sửa cũ trước."), field="at"
        ) from clash
    with official():
        act_words = str(FloorAct(act).label).lower()
        record("meetings.add_edit", item.meeting, by=by, now=now, what=act_words, where=at.citation, text=text)
    return edit


@transaction.atomic
def remove_floor_edit(edit: FloorEdit, *, by: Mandate, now: datetime) -> None:
    """Take an edit off the list; the trail keeps its words. Raises NotAllowed, WrongState."""
    lock(edit.item.meeting, "state", "breaks")
    require(can_edit_floor(by, edit.item, now))
    with official():
        record("meetings.remove_edit", edit.item.meeting, by=by, now=now, where=edit.at.citation, text=edit.text)
    edit.delete()


def settle_text(
    row: MeetingDecision | ItemBallot, adopted: bool | None, words: str, *, by: Mandate, now: datetime
) -> None:
    """Let a declared decision on a text take effect: adopted as tabled, or with its edits worked in; False: sent back;
    None leaves it tabled for another vote. Called inside the act that declares it."""
    item, document, version = row.item, row.item.document, row.version
    if adopted is None or document is None or version is None:
        return
    if not adopted:
        send_back_document(document, version, row.text_hash, words, by=by, now=now)
    elif row.edits:
        tree = edited(version, kept_edits(row))
        if content_hash(tree) != row.final_hash:
            raise WrongState(_("Bản cuối khác bản đã trình cộng với các chỉnh sửa đã biểu quyết."))
        adopt_with_edits(document, version, row.text_hash, tree, words, by=by, now=now)
    else:
        day = local_date(item.meeting.opened_at or now)
        adopt_document(document, version, row.text_hash, item.meeting.title, day, words, by=by, now=now)


@transaction.atomic
def check_final_text(item: AgendaItem, *, by: Mandate, now: datetime) -> CheckedText:
    """The secretary has read the text after the edits against them and puts it before the chair. Refused while words of it
    are hidden. Raises NotAllowed, WrongState."""
    document = item.document
    if document is not None:
        lock(document)
    require(can_check_final(by, item, now))
    assert document is not None
    final = tabled_version(document)
    assert final is not None  # can_check_final
    refuse_unreadable(final)
    checked = CheckedText.objects.create(item=item, version=final, made_by=by, made_at=now)
    values = {"title": document.title, "hash": final.content_hash[:8].upper()}
    record("meetings.check_final", item.meeting, by=by, now=now, **values)
    return checked


@transaction.atomic
def confirm_final_text(item: AgendaItem, *, by: Mandate, now: datetime) -> Document:
    """The chair has read the text after the edits and confirms it: it is adopted. Raises NotAllowed; WrongState until the
    secretary has read it against them (``check_final_text``), and while words of it are hidden."""
    document = item.document
    if document is not None:
        lock(document)
    require(can_close_final(by, item, now))
    assert document is not None
    row, final = waiting_final(item), tabled_version(document)
    assert row is not None and final is not None  # can_close_final
    refuse_unreadable(final)
    document.year = item.meeting.year
    day = local_date(item.meeting.opened_at or now)
    with official():
        words = _("%(result)s, kèm %(count)s chỉnh sửa") % {"result": words_of(row), "count": len(row.edits)}
    confirm_final(document, row.final_hash, item.meeting.title, day, words, by=by, now=now)
    if item.meeting.state in APPROVED:  # only where the minutes were approved before approval waited for this
        fix_response_table(document, by=by, now=now)
    return document


@transaction.atomic
def return_final_text(item: AgendaItem, *, by: Mandate, now: datetime, reason: str) -> None:
    """The chair does not confirm it: drafting goes on, and the minutes say why; those written before are to be written anew.

    Raises NotAllowed, Invalid; WrongState once the minutes are approved, which say that the text was adopted."""
    document = item.document
    if document is None:
        raise WrongState(_("Mục này không có văn bản chờ bản cuối."))
    document.year = item.meeting.year
    lock(item.meeting, "state", "minutes")
    lock(document)
    require(can_return_final(by, item, now))
    final = tabled_version(document)
    assert final is not None  # can_return_final
    send_back_final(document, by=by, now=now, reason=reason)
    ReturnedText.objects.create(item=item, version=final, reason=reason.strip(), made_by=by, made_at=now)
    item.meeting.outdate_minutes()
