"""Phần còn lại của năm: a new regulation written on the page and consulted by every way that words come in, another text that
is withdrawn, a new head unit, and the conference at the year's end with its elections and what follows from it."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from docx import Document as Word

from giaouoc.ballots.states import Level
from giaouoc.clusters.actions.hiding import hide_words, show_words
from giaouoc.clusters.actions.quarantine import release_file
from giaouoc.clusters.actions.years import change_member_role
from giaouoc.clusters.hideable import words_hash
from giaouoc.clusters.models import MemberRole, Unit
from giaouoc.documents.actions.answers import answer_comment, publish_answers
from giaouoc.documents.actions.issuing import issue_document
from giaouoc.documents.actions.papers import enter_paper
from giaouoc.documents.actions.returned import enter_returned, read_returned
from giaouoc.documents.actions.rounds import close_due_rounds, open_round
from giaouoc.documents.actions.tabling import keep_document, table_document, withdraw_document
from giaouoc.documents.actions.writing import finish_writing, start_writing, undo_writing, write
from giaouoc.documents.downloads import paper_of
from giaouoc.documents.models import (
    Adoption,
    Comment,
    ConsultationRound,
    Document,
    DocumentVersion,
    UnitSubmission,
    Writing,
)
from giaouoc.documents.paper.word import render_word
from giaouoc.documents.queries import in_force, next_step
from giaouoc.documents.rules.writing import Act, mark_of
from giaouoc.documents.states import Decision, DocumentState, Relation, SubmissionState
from giaouoc.files.storage import Quarantined
from giaouoc.lib.clock import at_local
from giaouoc.lib.covering import COVERED
from giaouoc.lib.errors import Invalid, NotAllowed, WrongState
from giaouoc.meetings.actions.attendance import confirm_representation, mark_present
from giaouoc.meetings.actions.balloting import (
    cast_item_paper,
    count_item_ballot,
    declare_item_ballot,
    open_item_ballot,
)
from giaouoc.meetings.actions.deciding import cast_vote, close_meeting, declare_decision, open_decision, open_meeting
from giaouoc.meetings.actions.floor import add_floor_edit, check_final_text, confirm_final_text
from giaouoc.meetings.actions.inviting import convene_meeting
from giaouoc.meetings.actions.minutes import approve_minutes, write_minutes
from giaouoc.meetings.actions.planning import add_item, plan_meeting, put_document_on_agenda
from giaouoc.meetings.models import AgendaItem, Meeting
from giaouoc.meetings.states import FloorAct, MeetingState, Method, Purpose

from .walk import Broken, Walk

TITLE = "Quy chế tổ chức và hoạt động áp dụng từ năm 2027"
TO_WRITE = "…"


def live_the_rest(walk: Walk) -> None:
    """From the first draft of the new regulation to the day on which it replaces the old one."""
    version = _write_regulation(walk)
    other = _begin_another(walk)
    round_ = _consult(walk, version)
    _hide_and_show(walk, round_)
    _hand_over(walk)
    _withdraw(walk, other)
    document = _answer_and_table(walk, round_)
    meeting, items = _convene(walk, document)
    _adopt_by_secret_ballot(walk, items[0])
    _elect(walk, items[1])
    _record(walk, meeting)
    _replace(walk, document)


def _old_head(walk: Walk) -> Unit:
    return walk.cast.units[0]


def _new_head(walk: Walk) -> Unit:
    return walk.cast.units[1]


def _do(walk: Walk, writing: Writing, verb: str, place: int, text: str | None = None) -> str:
    """One act at the clause that stands at this place, by who has just seen it."""
    row = writing.rows[place]
    by = walk.secretary(_old_head(walk))
    return write(writing, Act(verb, row["id"], text=text), seen=mark_of(row), by=by, now=walk.next(minutes=2))


def _write_regulation(walk: Walk) -> DocumentVersion:
    """A text of its own kind's skeleton, filled in clause by clause; a step is taken back; two clauses are one at the end."""
    now = walk.at(9, 1, 8)
    walk.say("Soạn trên trang Quy chế mới: điền từng điều, hoàn tác, thêm khoản, chốt dự thảo 1")
    by = walk.secretary(_old_head(walk))
    writing = start_writing(walk.cast.year, by=by, now=now, kind="regulation", title=TITLE)
    for place in [at for at, row in enumerate(writing.rows) if row["text"] == TO_WRITE]:
        heading = writing.rows[place - 1]["heading"]
        _do(walk, writing, "save", place, f"{heading} của Cụm thực hiện theo kế hoạch năm.")
    last, count = max(at for at, row in enumerate(writing.rows) if row["kind"] == "paragraph"), len(writing.rows)
    _do(walk, writing, "drop", last)
    step = next_step(writing, back=True)
    if step is None:
        raise Broken("an act on the page leaves its step")
    undo_writing(writing, step=step.pk, back=True, by=by, now=walk.next(minutes=1))
    walk.holds(len(writing.rows) == count, "a clause that was dropped is there again when the step is taken back")
    added = _do(walk, writing, "add", last)
    _do(walk, writing, "save", last + 1, "Quy chế này thay thế Quy chế năm 2026.")
    version = finish_writing(writing, by=by, now=walk.next(minutes=5))
    texts = {str(text.provision_id): text for text in version.texts.all()}
    walk.holds(all(text.text != TO_WRITE for text in texts.values()), "every clause is written")
    walk.holds(texts[added].number == "2", "a clause that was added keeps its own id and has its number by its place")
    return version


def _begin_another(walk: Walk) -> Document:
    now = walk.at(9, 2, 8)
    walk.say("Soạn một văn bản nữa: Bảng tiêu chí chấm điểm")
    by = walk.secretary(_old_head(walk))
    writing = start_writing(walk.cast.year, by=by, now=now, kind="criteria", title="Bảng tiêu chí chấm điểm")
    version = finish_writing(writing, by=by, now=walk.next(hours=1))
    return Document.objects.select_related("year__cluster", "drafting_unit").get(pk=version.document_id)


def _consult(walk: Walk, version: DocumentVersion) -> ConsultationRound:
    """One unit sends a letter, another the Word file with remarks in its margin; the head unit enters both."""
    now = walk.at(9, 5, 8)
    walk.say("Lấy ý kiến Quy chế mới: nhận góp ý bằng giấy và bằng tệp Word có nhận xét bên lề")
    leader = walk.leader(_old_head(walk))
    round_ = open_round(version, by=leader, now=now, closes_at=at_local(date(2026, 9, 21), 17))
    _enter_letter(walk, round_, walk.cast.units[1])
    if len(walk.cast.units) > 2:
        _enter_margin(walk, round_, walk.cast.units[2])
    return round_


def _bundle(round_: ConsultationRound, unit: Unit) -> UnitSubmission:
    found = UnitSubmission.objects.select_related("unit", "round__version__document__year__cluster")
    return found.get(round=round_, unit=unit)


def _came_in(walk: Walk, round_: ConsultationRound, unit: Unit, paper: bytes, count: int) -> None:
    bundle = _bundle(round_, unit)
    walk.holds(bundle.state == SubmissionState.SENT and not bundle.is_late, "what came on paper counts as sent in time")
    walk.holds(bundle.paper is not None and bundle.paper.read() == paper, "the letter is kept as evidence, to the byte")
    walk.holds(bundle.comments.count() == count, "each paragraph and each remark is one comment")
    walk.day.comments += count


def _enter_letter(walk: Walk, round_: ConsultationRound, unit: Unit) -> None:
    walk.tell(f"Nhập góp ý bằng giấy của {unit.short_name}")
    paper = _letter()
    words = "Khoản 1 Điều 2: đề nghị nêu tên từng nguyên tắc.\nThống nhất các nội dung còn lại."
    made = enter_paper(
        _bundle(round_, unit),
        words,
        paper,
        "cong-van-gop-y.docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        by=walk.secretary(_old_head(walk)),
        now=walk.at(9, 10),
        letter_number="15-CV/BTGDV",
        letter_date=date(2026, 9, 9),
    )
    walk.holds(
        [one.citation for one in made] == ["khoản 1 Điều 2", ""], "a paragraph stands at the clause that it names"
    )
    _came_in(walk, round_, unit, paper, 2)


def _letter() -> bytes:
    paper, out = Word(), BytesIO()
    paper.add_paragraph("Góp ý dự thảo Quy chế, gửi bằng văn bản.")
    paper.save(out)
    return out.getvalue()


def _enter_margin(walk: Walk, round_: ConsultationRound, unit: Unit) -> None:
    """Our own Word file comes back with one remark; it hangs on the words that it was written at."""
    walk.tell(f"Đọc nhận xét bên lề tệp Word của {unit.short_name}")
    now = walk.at(9, 11)
    at = round_.version.texts.filter(kind="paragraph").order_by("position")[2]
    paper = _with_remark(render_word(paper_of(round_.version, None, now)), at.text, "Nêu rõ ai làm, khi nào xong.")
    by = walk.secretary(_old_head(walk))
    about = {"letter_number": f"{unit.code}-16", "letter_date": date(2026, 9, 11)}
    returned = read_returned(_bundle(round_, unit), paper, "gop-y.docx", by=by, now=now, **about)  # type: ignore[arg-type]
    if returned is None:
        raise Broken("the remark in the margin is read")
    walk.holds(not _bundle(round_, unit).comments.exists(), "what was read is no comment before somebody has looked")
    made = enter_returned(returned, [0], by=by, now=walk.next(minutes=5))
    walk.holds(
        [(one.provision_id, one.reason) for one in made] == [(at.provision_id, "Nêu rõ ai làm, khi nào xong.")],
        "a remark stands at the clause beside which it was written",
    )
    walk.refused(
        lambda: enter_returned(returned, [0], by=by, now=walk.next(minutes=1)),
        WrongState,
        "a file that is entered twice",
    )
    _came_in(walk, round_, unit, paper, 1)


def _with_remark(file: bytes, beside: str, words: str) -> bytes:
    paper, out = Word(BytesIO(file)), BytesIO()
    line = next(one for one in paper.paragraphs if beside in one.text)
    paper.add_comment(line.runs, words, author="Thư ký")
    paper.save(out)
    return out.getvalue()


def _hide_and_show(walk: Walk, round_: ConsultationRound) -> None:
    """An administrator hides a comment with the paper that it came on, and shows both again."""
    now = walk.at(9, 14)
    walk.say("Cách ly một góp ý cùng tệp kèm theo, rồi cho hiện lại")
    comment = Comment.objects.filter(submission__round=round_).select_related("submission__paper").earliest("pk")
    paper, words, mark = comment.submission.paper, comment.reason, words_hash(comment)
    if paper is None:
        raise Broken("the comment came on paper")
    admin = walk.cast.administrator
    walk.refused(
        lambda: hide_words(comment, "Thử", by=walk.leader(_old_head(walk)), now=now),
        NotAllowed,
        "words that anybody but the administrator hides",
    )
    hide_words(comment, "Rà soát theo đề nghị của đơn vị", by=admin, now=now)
    hidden = Comment.objects.get(pk=comment.pk)
    walk.holds((hidden.reason, words_hash(hidden)) == (COVERED, mark), "hidden words are not shown, and are still kept")
    walk.refused(paper.read, Quarantined, "the file that holds hidden words")
    show_words(comment, "Đã rà soát", by=admin, now=walk.next(hours=2))
    release_file(paper, "Đã rà soát", by=admin, now=walk.next(minutes=1))
    walk.holds(Comment.objects.get(pk=comment.pk).reason == words and paper.read(), "both are shown again")


def _hand_over(walk: Walk) -> None:
    """The deputy unit leads from now on; the unit that led is a member."""
    now = walk.at(10, 1, 8)
    old, new = _old_head(walk), _new_head(walk)
    walk.say(f"{new.short_name} làm Cụm trưởng từ ngày 01-10-2026")
    row = walk.cast.year.memberships.get(unit=new, until=None)
    row.year = walk.cast.year
    change_member_role(row, MemberRole.HEAD, by=walk.cast.administrator, now=now, since=date(2026, 10, 1))
    walk.cast.meet_again()
    roles = {unit.code: walk.leader(unit).membership_role(now) for unit in (old, new)}
    walk.holds(roles == {old.code: MemberRole.MEMBER, new.code: MemberRole.HEAD}, "the head's role has gone over")


def _withdraw(walk: Walk, document: Document) -> None:
    """The unit that drafted asks; the text is out once the head unit's leader agrees."""
    now = walk.at(10, 2, 8)
    walk.say("Rút Bảng tiêu chí: một bên đề nghị, bên kia không đồng ý rồi đồng ý")
    old, new, why = walk.leader(_old_head(walk)), walk.leader(_new_head(walk)), "Gộp vào Quy chế mới"
    alone = "one leader alone does not withdraw a text"
    walk.holds(not withdraw_document(document, by=new, now=now, reason=why), alone)
    keep_document(document, by=old, now=walk.next(hours=1))
    walk.holds(document.withdrawal_asked_by is None, "a withdrawal that is turned down waits no longer")
    walk.holds(not withdraw_document(document, by=old, now=walk.next(hours=1), reason=why), alone)
    walk.refused(
        lambda: withdraw_document(document, by=old, now=now, reason=why), WrongState, "one who asks for it twice"
    )
    walk.holds(withdraw_document(document, by=new, now=walk.next(hours=3), reason=why), "two leaders withdraw it")
    walk.holds(document.state == DocumentState.WITHDRAWN, "a text that both leaders withdraw is out")


def _answer_and_table(walk: Walk, round_: ConsultationRound) -> Document:
    now = walk.at(10, 5, 8)
    walk.say("Trả lời góp ý về Quy chế mới, trình hội nghị tổng kết")
    close_due_rounds(now=now)
    silent = round_.submissions.filter(state=SubmissionState.SILENT).count()
    walk.holds(silent == round_.submissions.count() - min(2, len(walk.cast.units) - 1), "who said nothing is silent")
    drafts, by = walk.leader(_old_head(walk)), walk.secretary(_old_head(walk))
    document = Document.objects.select_related("year__cluster", "drafting_unit").get(pk=round_.version.document_id)
    comments = Comment.objects.filter(submission__round=round_)
    for one in comments.select_related("submission__unit", "submission__round__version__document__year__cluster"):
        words = "Giữ câu chữ; chi tiết ghi trong kế hoạch năm."
        answer_comment(one, by=by, now=walk.next(minutes=1), decision=Decision.NOT_ACCEPTED, explanation=words)
    chair = walk.leader(_new_head(walk))
    walk.refused(
        lambda: table_document(document, by=chair, now=walk.next(minutes=1)), WrongState, "a text whose answers wait"
    )
    publish_answers(document, by=drafts, now=walk.next(minutes=5))
    table_document(document, by=chair, now=walk.next(days=1))
    walk.holds(document.state == DocumentState.TABLED, "an answered text comes before the conference")
    return document


def _convene(walk: Walk, document: Document) -> tuple[Meeting, list[AgendaItem]]:
    now = walk.at(11, 9, 8)
    walk.say("Hội nghị tổng kết ngày 20-11-2026: mời, điểm danh, khai mạc do Cụm trưởng mới chủ trì")
    by, chair = walk.secretary(_new_head(walk)), walk.leader(_new_head(walk))
    meeting = plan_meeting(
        walk.cast.year,
        "Hội nghị tổng kết năm 2026",
        by=by,
        now=now,
        starts_at=at_local(date(2026, 11, 20), 8),
        venue="Trụ sở đơn vị Cụm trưởng",
    )
    titles = ("Thông qua Quy chế áp dụng từ năm 2027", "Bầu Cụm trưởng, Cụm phó năm 2027")
    items = [add_item(meeting, title, by=by, now=now) for title in titles]
    put_document_on_agenda(items[0], document, by=by, now=now)
    convene_meeting(meeting, by=by, now=walk.next(minutes=10))
    now = walk.at(11, 20, 8)
    for unit in walk.cast.units:
        confirm_representation(meeting, unit, by=walk.leader(unit), now=now)
        mark_present(meeting, unit, by=by, now=now)
    walk.refused(
        lambda: open_meeting(meeting, by=walk.leader(_old_head(walk)), now=now), NotAllowed, "the former head as chair"
    )
    open_meeting(meeting, by=chair, now=walk.next(minutes=5))
    for item in items:
        item.meeting = meeting
        item.refresh_from_db(fields=["version"])
    return meeting, items


def _adopt_by_secret_ballot(walk: Walk, item: AgendaItem) -> None:
    """A clause is dropped and one is added in the room; the text with both is put to a detached secret ballot."""
    walk.say("Bỏ phiếu kín về Quy chế mới kèm chỉnh sửa tại hội nghị; chốt bản cuối")
    by, chair = walk.secretary(_new_head(walk)), walk.leader(_new_head(walk))
    if item.version is None:
        raise Broken("the item has the text that was tabled")
    first, *_rest, last = item.version.texts.filter(kind="paragraph").order_by("position")
    words = "Cụm công bố Quy chế này trên cổng thông tin của các đơn vị."
    add_floor_edit(item, first, FloorAct.DROP, "", by=by, now=walk.next(minutes=3))
    add_floor_edit(item, last, FloorAct.ADD, words, by=by, now=walk.next(minutes=3))
    row = open_item_ballot(item, Purpose.TEXT, Level.DETACHED, by=chair, now=walk.next(minutes=5))
    row.item.meeting = item.meeting
    for unit in walk.cast.units:
        cast_item_paper(row, unit, [0], by=walk.leader(unit), now=walk.next(seconds=20))
    again = walk.leader(walk.cast.units[0])
    walk.refused(
        lambda: cast_item_paper(row, walk.cast.units[0], [1], by=again, now=walk.clock.now()),
        WrongState,
        "a second paper of the same unit",
    )
    count_item_ballot(row, by=chair, now=walk.next(minutes=2))
    declare_item_ballot(row, by=chair, now=walk.next(minutes=1))
    kept = row.ballot.papers.count()
    walk.holds(
        kept == (len(walk.cast.units) if len(walk.cast.units) >= row.ballot.small else 0),
        "counted papers are kept, unless so few that they speak for their units",
    )
    item.refresh_from_db(fields=["document"])
    walk.refused(
        lambda: confirm_final_text(item, by=chair, now=walk.clock.now()), WrongState, "a final text that nobody checked"
    )
    check_final_text(item, by=by, now=walk.next(minutes=5))
    confirm_final_text(item, by=chair, now=walk.next(minutes=5))
    adopted = Adoption.objects.get(document=item.document)
    texts = adopted.version.texts
    walk.holds(adopted.text_hash == row.final_hash != row.text_hash, "the final text is the one that was voted on")
    walk.holds(texts.filter(text=words).exists(), "the clause that the room added is in it")
    walk.holds(not texts.filter(provision=first.provision_id).exists(), "the clause that the room dropped is not")


def _elect(walk: Walk, item: AgendaItem) -> None:
    """The head of next year by a show of hands, its deputy by consensus."""
    walk.say("Bầu Cụm trưởng năm 2027 bằng giơ tay, Cụm phó bằng thống nhất chung")
    by, chair = walk.secretary(_new_head(walk)), walk.leader(_new_head(walk))
    head, deputy = walk.cast.units[-1 if len(walk.cast.units) > 2 else 0], _new_head(walk)

    def put_up(unit: Unit, post: MemberRole, method: Method) -> object:
        decision = open_decision(
            item,
            by=chair,
            now=walk.next(minutes=5),
            method=method,
            purpose=Purpose.ELECTION,
            post=post,
            candidate=unit.code,
        )
        decision.item = item
        if method == Method.VOTE:
            for one in walk.cast.units:
                cast_vote(decision, one, "yes", by=by, now=walk.next(seconds=10))
        return declare_decision(decision, by=chair, now=walk.next(minutes=2))

    walk.refused(
        lambda: put_up(_new_head(walk), MemberRole.HEAD, Method.VOTE),
        Invalid,
        "the head unit as head two years running",
    )
    put_up(head, MemberRole.HEAD, Method.VOTE)
    walk.refused(
        lambda: put_up(head, MemberRole.DEPUTY, Method.CONSENSUS), Invalid, "one unit that is elected to two posts"
    )
    put_up(deputy, MemberRole.DEPUTY, Method.CONSENSUS)
    walk.cast.year.refresh_from_db(fields=["elected"])
    elected = {head.code: MemberRole.HEAD, deputy.code: MemberRole.DEPUTY}
    walk.holds(walk.cast.year.elected == elected, "the year keeps whom the conference elected for the next one")


def _record(walk: Walk, meeting: Meeting) -> None:
    walk.say("Bế mạc hội nghị tổng kết; biên bản được lập và phê duyệt")
    by, chair = walk.secretary(_new_head(walk)), walk.leader(_new_head(walk))
    close_meeting(meeting, by=chair, now=walk.next(minutes=10))
    write_minutes(meeting, by=by, now=walk.next(minutes=20), conclusion="Hội nghị thông qua Quy chế mới.")
    approve_minutes(meeting, by=chair, now=walk.next(minutes=5))
    walk.holds(meeting.state == MeetingState.RECORDED and meeting.minutes is not None, "the minutes are approved")
    walk.refused(
        lambda: write_minutes(meeting, by=by, now=walk.next(minutes=1)), WrongState, "minutes written anew after that"
    )


def _replace(walk: Walk, document: Document) -> None:
    now = walk.at(11, 25, 8)
    walk.say("Ban hành Quy chế mới, thay thế Quy chế năm 2026")
    document.refresh_from_db(fields=["state"])
    earlier = next(one for one in in_force(document) if one.kind == document.kind)
    chair, today = walk.leader(_new_head(walk)), now.date()
    issue_document(
        document,
        by=chair,
        now=now,
        number="03-QC/CTĐ17",
        issued_on=today,
        relation=Relation.REPLACES,
        earlier=[earlier],
    )
    earlier.refresh_from_db(fields=["state"])
    walk.holds(
        (document.state, earlier.state) == (DocumentState.IN_FORCE, DocumentState.SUPERSEDED),
        "the new text is in force and the one that it replaces is no longer",
    )
    walk.holds(earlier.followed_by.get().document_id == document.pk, "each of them names the other")
