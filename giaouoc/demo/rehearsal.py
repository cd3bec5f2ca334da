"""Diễn tập: the whole day of the first cluster, step by step through the actions, with a clock that is set.

Draft 1 is consulted, draft 2 is tabled, edited in the room and adopted, the pact is generated, signed by all in any order,
sealed and verified; the minutes are signed too. Then both texts are issued and the year goes on (``rest_of_year``)."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from functools import partial
from io import BytesIO
from typing import Any

from docx import Document as Word

from giaouoc.ballots.actions.casting import drop_paper
from giaouoc.ballots.actions.conducting import end_stamping, enter_tally
from giaouoc.ballots.actions.second import give_second_key, stamp_second
from giaouoc.ballots.models import Ballot
from giaouoc.ballots.queries import published
from giaouoc.ballots.rules.blind import PrivateKey, blind_sign
from giaouoc.ballots.rules.count import PASSED
from giaouoc.ballots.rules.papers import canonical
from giaouoc.ballots.rules.recount import recount
from giaouoc.ballots.rules.slip import Slip
from giaouoc.ballots.states import Level
from giaouoc.clusters.models import Role
from giaouoc.directives.actions.tasks import (
    accept_task,
    ask_change,
    assign_task,
    change_task,
    confirm_task,
    report_task,
    return_task,
)
from giaouoc.directives.states import TaskState
from giaouoc.documents.actions.answers import answer_comment, publish_answers
from giaouoc.documents.actions.comments import add_comment
from giaouoc.documents.actions.issuing import issue_document
from giaouoc.documents.actions.last_words import say_last_word
from giaouoc.documents.actions.rounds import close_due_rounds, open_round
from giaouoc.documents.actions.submissions import (
    agree_without_comment,
    hand_to_leader,
    send_submission,
    start_supplement,
)
from giaouoc.documents.actions.tabling import table_document
from giaouoc.documents.models import Adoption, Comment, Document, DocumentVersion, Response
from giaouoc.documents.rules.quotes import find
from giaouoc.documents.states import KEPT_PROMISES, Decision, DocumentState
from giaouoc.files.models import StoredFile
from giaouoc.lib.clock import at_local
from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.meetings.actions.attendance import confirm_representation, mark_absent, mark_present
from giaouoc.meetings.actions.balloting import (
    cast_item_paper,
    count_item_ballot,
    declare_item_ballot,
    open_item_ballot,
    stamp_item_paper,
)
from giaouoc.meetings.actions.deciding import (
    add_note,
    cast_vote,
    close_meeting,
    declare_decision,
    follow_note,
    open_decision,
    open_meeting,
    pause_meeting,
    resume_meeting,
)
from giaouoc.meetings.actions.floor import add_floor_edit, check_final_text, confirm_final_text
from giaouoc.meetings.actions.inviting import convene_meeting
from giaouoc.meetings.actions.minutes import approve_minutes, put_minutes_to_signing, write_minutes
from giaouoc.meetings.actions.planning import add_item, plan_meeting, put_document_on_agenda
from giaouoc.meetings.models import AgendaItem, AgendaNote, Meeting, MeetingDecision
from giaouoc.meetings.states import DecisionState, FloorAct, MeetingState, Method, Purpose
from giaouoc.programme.actions.drafting import add_commitment, draft_pact
from giaouoc.programme.actions.freezing import freeze_pact
from giaouoc.programme.models import Pact
from giaouoc.signing.actions.sign import sign_slot
from giaouoc.signing.models import Revision

from .cast import assemble, facts, spoken
from .load import DRAFTS, import_draft, say_comments
from .rest_of_year import live_the_rest
from .walk import Broken, Day, Walk


def evidence() -> tuple[str, bytes]:
    """A file such as a unit shows with its report: name, bytes."""
    paper, out = Word(), BytesIO()
    paper.add_paragraph("Sản phẩm kèm báo cáo kết quả thực hiện ý kiến chỉ đạo.")
    paper.save(out)
    return "san-pham.docx", out.getvalue()


QUOTED = (
    "UBND",
    "15/4",
    "quá nửa số đơn vị thành viên có mặt tán thành",
)  # unit, clause of draft 1, words that stay in draft 2


class Rehearsal(Walk):
    """Lives the year, its first conference and its last."""

    STEPS = 29

    def live(self) -> Day:
        """From opening the year to the sealed pact."""
        now = self.at(1, 12)
        self.say(f"Lập Cụm thi đua 17, năm 2026, {self.units} đơn vị")
        self.cast = assemble(now, password="thi-dua-2026-dien-tap", units=self.units)
        self.by = self.cast.mandate(Role.SECRETARY, self.cast.head)
        self.chair = self.cast.mandate(Role.LEADER, self.cast.head)
        versions = self._drafts()
        self._comments(versions)
        self.documents = self._answers(versions)
        meeting = self._meeting(self.documents)
        self._decide(meeting)
        self._secret_ballot(meeting)
        self._directives(meeting)
        self._minutes(meeting)
        self._sign()
        self._reports()
        return self.day

    def live_on(self) -> Day:
        """From issuing the adopted texts to the year's end; after ``live``."""
        self._issue()
        live_the_rest(self)
        self.holds(self.step == self.STEPS, f"{self.STEPS} steps were told, not {self.step}")
        return self.day

    def _drafts(self) -> dict[str, DocumentVersion]:
        now = self.at(2, 4, 15)
        self.say("Nhập hai dự thảo Word")
        versions = {kind: import_draft(self.cast, kind, name, title, now) for kind, (name, title) in DRAFTS.items()}
        now = self.at(2, 5, 8)
        self.say("Mở lấy ý kiến đến 17:00 ngày 28-02-2026")
        for version in versions.values():
            open_round(version, by=self.chair, now=now, closes_at=at_local(date(2026, 2, 28), 17))
        self.day.text_hash["consulted"] = versions["regulation"].content_hash
        return versions

    def _comments(self, versions: dict[str, DocumentVersion]) -> None:
        now = self.at(2, 20)
        self.say("Các đơn vị góp ý; lãnh đạo gửi một lần")
        for kind, version in versions.items():
            # Units of a smaller cluster than the demonstration's say what the others would have said.
            there = {unit.code for unit in self.cast.units}
            made = say_comments(self.cast, kind, version, now, only=there)
            self.day.comments += len(made)
            submissions = list(version.rounds.get().submissions.select_related("unit").order_by("pk"))
            for submission in submissions:
                if submission.state == "preparing":
                    self._speak(version, submission, now)
        self._quote(versions["regulation"], self.at(2, 23))
        self.given = {
            (kind, one["unit"], one["at"], one.get("reason", "")): one.get("answer")
            for kind in versions
            for one in spoken()[kind]
        }

    def _quote(self, version: DocumentVersion, now: datetime) -> None:
        """A unit that has sent its comments sends one more, on a few words of a clause."""
        code, path, words = QUOTED
        self.tell(f"Góp ý bổ sung vào một đoạn: “{words}”")
        text = version.texts.select_related("provision").get(path=path)
        sent = version.rounds.get().submissions.get(unit__code=code)
        bundle = start_supplement(sent, by=self.cast.mandate(Role.SECRETARY, code), now=now)
        self.quoted = add_comment(
            bundle,
            text.provision,
            by=self.cast.mandate(Role.SECRETARY, code),
            now=now,
            kind="ask",
            quote=words,
            reason="Đề nghị nói rõ có tính đơn vị dự trực tuyến hay không.",
        )
        send_submission(bundle, by=self.cast.mandate(Role.LEADER, code), now=now + timedelta(hours=1))
        self.day.comments += 1
        before, behind = text.text.split(words)
        kept = (self.quoted.quote, before.endswith(self.quoted.prefix), behind.startswith(self.quoted.suffix))
        self.holds(kept == (words, True, True) and self.quoted.prefix, "a quote is kept with what stands around it")

    def _speak(self, version: DocumentVersion, submission: Any, now: datetime) -> None:
        """A unit that the demonstration's words do not cover: agrees, or asks at one clause; a few stay silent."""
        code = submission.unit.code
        leader, secretary = self.cast.mandate(Role.LEADER, code), self.cast.mandate(Role.SECRETARY, code)
        choice = self.random.random()
        if choice < 0.5:
            agree_without_comment(submission, by=leader, now=now + timedelta(hours=5))
        elif choice < 0.9:
            texts = list(version.texts.filter(kind="paragraph").exclude(text="").select_related("provision"))
            text = self.random.choice(texts)
            add_comment(
                submission,
                text.provision,
                by=secretary,
                now=now,
                kind="ask",
                reason="Đề nghị nêu rõ cách thực hiện và thời hạn.",
            )
            self.day.comments += 1
            hand_to_leader(submission, by=secretary, now=now + timedelta(hours=1))
            send_submission(submission, by=leader, now=now + timedelta(hours=6), letter_number=f"{code}-01")

    def _answers(self, versions: dict[str, DocumentVersion]) -> list[Document]:
        now = self.at(2, 28, 17)
        self.say("Hết hạn góp ý")
        close_due_rounds(now=now)
        now = self.at(3, 2, 8)
        self.say("Nhập dự thảo 2 của Quy chế; trả lời từng ý kiến; trình hội nghị")
        regulation = Document.objects.select_related("year__cluster").get(pk=versions["regulation"].document_id)
        second = import_draft(
            self.cast, "regulation", "quy-che-du-thao-2.docx", regulation.title, now, document=regulation
        )
        self.tell("Trả lời từng ý kiến")
        moved, quoted = second.texts.get(provision=self.quoted.provision), self.quoted
        there = find(moved.text, quoted.quote, quoted.prefix, quoted.suffix)
        self.holds(
            moved.path != QUOTED[1] and there is not None and there.how == "exact",
            "quoted words are found in the next draft, at the clause that has moved",
        )
        for kind, version in versions.items():
            for comment in Comment.objects.filter(submission__round__version=version).select_related(
                "submission__unit", "provision", "submission__round__version__document__year__cluster"
            ):
                at = version.texts.filter(provision=comment.provision).first() if comment.provision else None
                key = (kind, comment.submission.unit.code, at.path if at else "", comment.reason)
                words = self.given.get(key) or [
                    "not_accepted",
                    "Giữ câu chữ; Cụm trưởng hướng dẫn chung khi tổ chức thực hiện.",
                ]
                decision, explanation, *rest = words
                answer_comment(
                    comment,
                    by=self.by,
                    now=self.next(seconds=30),
                    decision=decision,
                    explanation=explanation,
                    already_at=rest[0] if rest else "",
                )
        documents = []
        for version in versions.values():
            document = Document.objects.select_related("year__cluster").get(pk=version.document_id)
            publish_answers(document, by=self.chair, now=self.next(minutes=5))
            self._last_words(document)
            self.tell(f"Trình hội nghị: {document.title}")
            tabled = table_document(document, by=self.chair, now=self.next(minutes=5))
            open_ = Comment.objects.unanswered().filter(submission__round__version__document=document)
            self.holds(not open_.exists(), "every comment has its published answer when a text is tabled")
            if document.kind == "regulation":
                self.day.text_hash["tabled"] = tabled.content_hash
            documents.append(document)
        return documents

    def _last_words(self, document: Document) -> None:
        """Units agree with what was taken over; one reserves what was not, which then comes before the conference."""
        self.tell(f"Đơn vị góp ý nói lời cuối: {document.title}")
        answers = Response.objects.filter(comment__submission__round__version__document=document)
        reserved = False
        for response in answers.select_related("comment__submission__unit").order_by("pk"):
            by = self.cast.mandate(Role.LEADER, response.comment.submission.unit.code)
            if response.decision in KEPT_PROMISES:
                say_last_word(response, by=by, now=self.next(seconds=20), kind="agreed")
            elif response.decision == Decision.NOT_ACCEPTED and not reserved:
                words = "Đề nghị hội nghị thảo luận lại nội dung này."
                say_last_word(response, by=by, now=self.next(seconds=20), kind="reserved", words=words)
                reserved = True
        left = Comment.objects.for_the_meeting().filter(submission__round__version__document=document)
        came = left.exclude(response__last_word=None).exists()
        self.holds(came or not reserved, "a reserved point comes before the conference by itself")

    def _meeting(self, documents: list[Document]) -> Meeting:
        now = self.at(2, 26, 9) if self.clock.now() < at_local(date(2026, 2, 26), 9) else self.next(hours=1)
        self.say("Gửi giấy mời hội nghị ngày 06-3-2026")
        about = facts()["meeting"]
        meeting = plan_meeting(
            self.cast.year,
            about["title"],
            by=self.by,
            now=now,
            starts_at=at_local(date(2026, 3, 6), 14),
            venue=about["venue"],
        )
        items = [add_item(meeting, title, by=self.by, now=now) for title in about["agenda"]]
        for item, document in zip(items, documents, strict=False):
            put_document_on_agenda(item, document, by=self.by, now=now)
        self.tell("Gửi giấy mời")
        convene_meeting(meeting, by=self.by, now=self.next(minutes=10))
        return meeting

    def _edit_from_the_floor(self, item: AgendaItem) -> str:
        """The room adds a sentence to the last clause of the text; the machine refuses a second edit of the same clause.
        Returns the words."""
        if item.version is None:
            raise Broken("the item has the text that was tabled")
        at = item.version.texts.filter(kind__in=["paragraph", "point"]).exclude(text="").order_by("position").last()
        if at is None:
            raise Broken("the text has a clause that the room rewords")
        words = f"{at.text.rstrip(' .;')}; kết quả được báo cáo tại hội nghị sơ kết."
        add_floor_edit(item, at, FloorAct.REWORD, words, by=self.by, now=self.next(minutes=4))
        self.refused(
            lambda: add_floor_edit(item, at, FloorAct.DROP, "", by=self.by, now=self.clock.now()),
            Invalid,
            "a clause that is reworded is not dropped as well",
        )
        self.holds(item.edits.count() == 1, "a refused edit is not on the list")
        return words

    def _pause(self, meeting: Meeting, item: AgendaItem) -> None:
        """A break, in which nothing is put to a decision."""
        self.tell("Tạm nghỉ 15 phút, họp lại")
        pause_meeting(meeting, by=self.chair, now=self.next(minutes=2))
        self.refused(
            lambda: open_decision(item, by=self.chair, now=self.next(minutes=1)),
            WrongState,
            "a decision that is opened in a break",
        )
        resume_meeting(meeting, by=self.chair, now=self.next(minutes=14))
        self.holds(meeting.paused_since is None and len(meeting.breaks) == 1, "the break is over and kept")

    def _decide(self, meeting: Meeting) -> None:
        now = self.at(3, 6, 14)
        self.say("Hội nghị: điểm danh, túc số, quyết định hai văn bản")
        away = self.cast.units[-1] if self.units > 5 else None
        for unit in self.cast.units:
            if unit is away:
                mark_absent(meeting, unit, by=self.by, now=now, reason="Đi công tác theo điều động")
                continue
            confirm_representation(meeting, unit, by=self.cast.mandate(Role.LEADER, unit.code), now=now)
            mark_present(meeting, unit, by=self.by, now=now)
        open_meeting(meeting, by=self.chair, now=self.next(minutes=5))
        body = self.cast.cluster.supervising_body
        items = list(meeting.agenda.order_by("position"))
        for item in items:
            item.meeting = meeting
        for place, words in enumerate(facts()["directives"]):
            if len(items) > 2:
                add_note(
                    items[2], words, by=self.by, now=self.next(minutes=3 + place), unit=body, speaker=body.leader_post
                )
        for item, method in zip(items, (Method.VOTE, Method.CONSENSUS), strict=False):
            words = ""
            if method == Method.CONSENSUS:
                self._pause(meeting, item)
                words = self._edit_from_the_floor(item)
            self.tell(f"Đưa ra quyết định: {item.title}")
            decision = open_decision(item, by=self.chair, now=self.next(minutes=20), method=method)
            decision.item = item
            self.tell(f"Biểu quyết: {item.title}")
            for unit in self.cast.units:
                if unit is away or (method == Method.CONSENSUS and unit.code != self.cast.head):
                    continue
                cast_vote(
                    decision, unit, "yes", by=self.cast.mandate(Role.LEADER, unit.code), now=self.next(seconds=20)
                )
            self.tell(f"Công bố kết quả: {item.title}")
            result = declare_decision(decision, by=self.chair, now=self.next(minutes=2))
            self.holds(result.adopted, "the texts of the rehearsal are adopted")
            item.refresh_from_db(fields=["document"])
            if decision.edits:
                self.tell(f"Chốt bản cuối: {item.title}")
                check_final_text(item, by=self.by, now=self.next(minutes=2))
                confirm_final_text(item, by=self.chair, now=self.next(minutes=3))
            adopted = Adoption.objects.get(document=item.document)
            self.holds(
                adopted.text_hash == (decision.final_hash if words else decision.text_hash),
                "what is adopted is what was voted on, to the letter",
            )
            self.holds(not words or adopted.version.texts.filter(text=words).exists(), "the room's words are in it")
        taken = MeetingDecision.objects.filter(item__meeting=meeting, item__document__kind="regulation").get()
        self.day.text_hash["decided"] = taken.text_hash

    def _secret_ballot(self, meeting: Meeting) -> None:
        """A motion by papers that server and tally team sign blindly (in a cluster too small for a public list, by detached
        ones), another on paper."""
        self.say("Bỏ phiếu kín: hai dấu, hủy khóa, bỏ phiếu, kiểm phiếu; phiếu giấy do hai đơn vị nhập")
        item = meeting.agenda.order_by("position")[0]
        item.meeting = meeting
        present = [row.unit for row in meeting.attendance.select_related("unit") if row.is_present]
        level = Level.BLIND if len(present) >= 3 else Level.DETACHED
        words = "Bầu Cụm trưởng, Cụm phó năm sau bằng giơ tay tại hội nghị tổng kết"
        second, teller = PrivateKey.fresh(), self.cast.mandate(Role.SECRETARY, present[-1].code)
        row = open_item_ballot(
            item,
            Purpose.MOTION,
            level,
            by=self.chair,
            now=self.next(minutes=5),
            motion=words,
            teller=teller if level == Level.BLIND else None,
        )
        row.item.meeting, ballot, slips = meeting, row.ballot, []
        if level == Level.BLIND:
            self.tell(f"Khóa của tổ kiểm phiếu: {words}")
            give_second_key(ballot, f"{second.n:x}", by=teller, now=self.next(minutes=1))
        self.tell(f"Đóng dấu phiếu kín: {words}")
        for unit in present:
            by, now = self.cast.mandate(Role.LEADER, unit.code), self.next(seconds=20)
            if level == Level.DETACHED:
                cast_item_paper(row, unit, [0], by=by, now=now)
                continue
            slip = Slip.marked(str(ballot.pk), ballot.keys[0], [0], second_key=ballot.keys[1])
            slip.finish(stamp_item_paper(row, unit, slip.blinded, by=by, now=now, second=slip.second_blinded))
            stamp = blind_sign(second, bytes.fromhex(slip.second_blinded)).hex()
            stamp_second(ballot, unit, stamp, by=teller, now=self.next(seconds=5))
            slip.finish_second(stamp)
            slips.append(slip)
        if level == Level.BLIND:
            end_stamping(ballot, by=self.chair, now=self.next(minutes=1))
            self.tell(f"Bỏ phiếu kín vào hòm: {words}")
            self.random.shuffle(slips)
            for slip in slips:
                paper = (slip.prefix, slip.body, slip.signature)
                drop_paper(ballot, *paper, now=self.next(seconds=5), second=slip.second)
        count_item_ballot(row, by=self.chair, now=self.next(minutes=2))
        ballot.refresh_from_db()
        shown = [[len(present), 0, 0]] if len(present) >= ballot.small else None  # of so few papers only the outcome
        came_to = (ballot.votes, ballot.outcomes[0]["outcome"])
        self.holds(came_to == (shown, PASSED), "the count is what the units marked")
        if level == Level.BLIND:
            self._recount(ballot)
            self.refused(
                lambda: declare_item_ballot(row, by=self.chair, now=self.next(minutes=5)),
                WrongState,
                "a blind ballot that is declared while objections may be made",
            )
        declare_item_ballot(row, by=self.chair, now=self.next(minutes=11))
        self.holds(row.state == DecisionState.DECLARED, "the secret ballot is declared")
        words = "Đề nghị biểu dương các đơn vị góp ý đầy đủ"
        row = open_item_ballot(item, Purpose.MOTION, Level.PAPER, by=self.chair, now=self.next(minutes=5), motion=words)
        row.item.meeting = meeting
        self.tell(f"Nhập kết quả phiếu giấy: {words}")
        count = len(present)
        for unit in present[:2]:
            by = self.cast.mandate(Role.SECRETARY, unit.code)
            enter_tally(row.ballot, [[count, 0, 0]], by=by, now=self.next(minutes=1), issued=count, spoiled=0)
        declare_item_ballot(row, by=self.chair, now=self.next(minutes=1))
        self.holds(row.ballot.outcomes[0]["outcome"] == PASSED, "two units that count the same close a paper ballot")

    def _recount(self, ballot: Ballot) -> None:
        """The published papers count to the same again; one whose mark was changed does not carry the stamp."""
        self.tell("Đếm lại từ tệp phiếu đã công bố")
        file = published(ballot)
        again = recount(file)
        self.holds(again["valid"] and again["votes"] == ballot.votes, "anybody counts the papers to the same result")
        first = file["papers"][0]
        body = canonical(json.loads(first["body"]) | {"choices": [1]}).decode()
        changed = file | {"papers": [first | {"body": body}, *file["papers"][1:]]}
        self.holds(not recount(changed)["valid"], "a paper that was changed afterwards is found")

    def _directives(self, meeting: Meeting) -> None:
        self.say("Ghi ý kiến chỉ đạo, giao việc cho đơn vị")
        self.tasks = []
        observer = self.cast.mandate(Role.OBSERVER, self.cast.cluster.supervising_body.code)
        notes = AgendaNote.objects.filter(item__meeting=meeting, unit=self.cast.cluster.supervising_body)
        for place, note in enumerate(notes.select_related("item", "unit")):
            note.item.meeting = meeting
            directive = follow_note(note, by=self.by, now=self.next(minutes=1))
            self.tell(f"Giao việc: {directive.words}")
            unit = self.cast.units[place % len(self.cast.units)]
            task = assign_task(
                directive,
                unit,
                f"Chủ trì thực hiện: {note.text}",
                "Một sản phẩm hoặc việc làm cụ thể, có minh chứng",
                date(2026, 6, 30),
                by=self.by,
                now=self.next(minutes=1),
            )
            if place == 0:
                leader, due = self.leader(unit), date(2026, 7, 31)
                ask_change(task, "Đề nghị lùi hạn một tháng.", by=leader, now=self.next(minutes=1))
                change_task(task, task.text, task.measure, due, by=observer, now=self.next(minutes=1))
                self.holds(task.due == due, "a unit that asks for another day gets it")
            accept_task(task, by=self.leader(unit), now=self.next(minutes=1))
            self.tasks.append(task)
        self.holds({task.state for task in self.tasks} == {TaskState.ACCEPTED}, "every task is taken on")

    def _reports(self) -> None:
        self.at(5, 15, 9)
        self.say("Đơn vị báo cáo kết quả thực hiện ý kiến chỉ đạo; cơ quan chỉ đạo xác nhận")
        observer = self.cast.mandate(Role.OBSERVER, self.cast.cluster.supervising_body.code)
        for task in self.tasks[:-1]:  # one is still in work
            by = self.cast.mandate(Role.SECRETARY, task.unit.code)
            report_task(task, "Đã thực hiện; sản phẩm kèm theo.", [evidence()], by=by, now=self.next(minutes=5))
        for task in self.tasks[:1]:  # the second one waits
            by = self.cast.mandate(Role.SECRETARY, task.unit.code)
            return_task(task, "Bổ sung số liệu của quý I.", by=observer, now=self.next(hours=1))
            report_task(task, "Đã bổ sung số liệu.", [evidence()], by=by, now=self.next(days=1))
            confirm_task(task, by=observer, now=self.next(hours=1))
        came_to = [task.state for task in self.tasks]
        self.holds(
            came_to == [TaskState.CONFIRMED, TaskState.REPORTED, TaskState.ACCEPTED],
            "one task is confirmed, one waits, one is in work",
        )

    def _minutes(self, meeting: Meeting) -> None:
        now = self.next(minutes=10)
        self.say("Bế mạc; biên bản được lập và phê duyệt")
        close_meeting(meeting, by=self.chair, now=now)
        write_minutes(
            meeting,
            by=self.by,
            now=self.next(minutes=5),
            conclusion="Hội nghị thống nhất Quy chế, Kế hoạch và ký giao ước.",
        )
        approve_minutes(meeting, by=self.chair, now=self.next(minutes=2))
        self.say("Biên bản: thư ký ký, người chủ trì ký, đóng niêm")
        put_minutes_to_signing(meeting, by=self.by, now=self.next(minutes=1))
        if meeting.signing_round is None:
            raise Broken("minutes that are put to signing have their round")
        for slot in meeting.signing_round.slots.select_related("unit", "round__year__cluster"):
            self.tell(f"Ký biên bản: {slot.post}")
            sign_slot(slot, by=self.cast.mandate(Role(slot.role), slot.unit.code), now=self.next(minutes=1))
        meeting.refresh_from_db(fields=["state"])
        self.holds(meeting.state == MeetingState.ARCHIVED, "the minutes are signed by both and sealed")

    def _sign(self) -> None:
        now = self.at(3, 6, 15, 30) if self.clock.now() < at_local(date(2026, 3, 6), 15, 30) else self.next(minutes=5)
        self.say("Lập giao ước từ văn bản đã thông qua, khóa để ký")
        pact = draft_pact(self.cast.year, by=self.by, now=now, signing_date=date(2026, 3, 6))
        if not pact.commitments.exists():
            for text in facts()["principles"]:
                add_commitment(pact, by=self.by, now=now, text=f"Thi đua {text}.")
        self.tell("Khóa giao ước")
        pact.refresh_from_db()
        freeze_pact(pact, by=self.chair, now=self.next(minutes=5))
        pact = Pact.objects.select_related("signing_round").get(pk=pact.pk)
        round_ = pact.signing_round
        if round_ is None:
            raise Broken("a frozen pact has its signing round")
        self.day.text_hash["pact"] = next(one["hash"] for one in pact.content["texts"] if one["kind"] == "regulation")
        slots = list(round_.slots.select_related("unit"))
        self.random.shuffle(slots)
        self.say(f"{len(slots)} lãnh đạo ký, thứ tự bất kỳ; đóng niêm")
        for place, slot in enumerate(slots):
            sign_slot(slot, by=self.cast.mandate(Role.LEADER, slot.unit.code), now=self.next(minutes=2))
            self.tell(f"Ký {place + 1}/{len(slots)}: {slot.unit.short_name}")
        head = Revision.objects.filter(round=round_).select_related("file").order_by("-number")[0]
        self.head: StoredFile = head.file
        self.say("Xác minh bản đã đóng niêm")

    def _issue(self) -> None:
        """Both texts get their number and are in force; a number stands on one text."""
        now, (first, second) = self.at(5, 18, 8), self.documents
        self.say("Ban hành Quy chế, Kế hoạch: ghi số, ngày; có hiệu lực")
        for document, number in zip((first, second), ("01-QC/CTĐ17", "02-KH/CTĐ17"), strict=True):
            document.refresh_from_db(fields=["state"])
            if document is second:
                self.refused(
                    partial(
                        issue_document, document, by=self.chair, now=now, number="01-QC/CTĐ17", issued_on=now.date()
                    ),
                    Invalid,
                    "a second text under the same number",
                )
            issue_document(document, by=self.chair, now=self.next(minutes=5), number=number, issued_on=now.date())
            kept = Adoption.objects.get(document=document)
            self.holds(
                (kept.number, kept.issued_on, document.state) == (number, date(2026, 5, 18), DocumentState.IN_FORCE),
                "an issued text has its number and day and is in force",
            )
