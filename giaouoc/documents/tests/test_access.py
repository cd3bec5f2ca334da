"""Who may do what: one row for each right, all roles of the world asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from giaouoc.clusters.models import Mandate
from giaouoc.documents import access, access_answers
from giaouoc.documents.actions.comments import drop_comment
from giaouoc.documents.actions.submissions import hand_to_leader
from giaouoc.documents.actions.tabling import adopt_with_edits, table_document, withdraw_document
from giaouoc.documents.actions.writing import drop_writing, start_writing
from giaouoc.documents.models import DocumentVersion, Response

from . import stage


@dataclass
class Case:
    """A right, what it is asked about, and the roles that have it; nobody else has."""

    can: Callable[..., Any]
    about: Callable[[Any], Any]
    who: set[str]
    more: tuple[str, ...] = ()


def _version(world: Any) -> DocumentVersion:
    return stage.draft(world)


def _handed(world: Any) -> Any:
    round = stage.consulting(world)
    stage.say(world, round)
    bundle = stage.submission(round, "CA")
    hand_to_leader(bundle, by=world.mandate("secretary:CA"), now=world.now)
    return bundle


def _dropped(world: Any) -> Any:
    comment = stage.say(world, stage.consulting(world))
    drop_comment(comment, by=world.mandate("secretary:CA"), now=world.now)
    return stage.again(comment)


def _unsent_before(world: Any) -> Any:
    """A new round; in the one before, the unit prepared a comment and said nothing."""
    return stage.submission(stage.round_after_silence(world), "CA")


def _over(world: Any) -> Any:
    round = stage.consulting(world)
    world.now = round.closes_at
    return round


def _all_answered(world: Any) -> Any:
    round = stage.consulting(world)
    comment = stage.said(world, round)
    stage.closed(world, round)
    stage.answer(world, comment)
    return round.version.document


def _answer(world: Any) -> Any:
    stage.answer(world, stage.said(world, stage.consulting(world)))
    return Response.objects.select_related("comment__submission__round__version__document__year__cluster").get()


def _tabled(world: Any) -> Any:
    document = stage.responded(world)
    table_document(document, by=world.mandate("leader:CQD"), now=world.now)
    return document


def _asked_withdrawal(world: Any) -> Any:
    document = stage.consulting(world).version.document
    document.drafting_unit = world.unit("QS")
    document.save(update_fields=["drafting_unit"])
    withdraw_document(document, by=world.mandate("leader:QS"), now=world.now, reason="Trùng")
    return document


def _writing(world: Any) -> Any:
    return start_writing(
        world.year, by=world.mandate("secretary:CQD"), now=world.now, document=stage.draft(world).document
    )


def _dropped_writing(world: Any) -> Any:
    writing = _writing(world)
    drop_writing(writing, by=world.mandate("secretary:CQD"), now=world.now)
    return writing


def _edited(world: Any) -> Any:
    document = _tabled(world)
    version = document.versions.get()
    tree = stage.regulation(second=True)
    adopt_with_edits(
        document, version, version.content_hash, tree, "5/5", by=world.mandate("leader:CQD"), now=world.now
    )
    return document


HEAD = {"secretary:CQD", "leader:CQD"}
OWN = {"secretary:CA", "leader:CA"}
CASES = {
    "import": Case(lambda by, obj, now: access.can_import(by, obj.year, now), lambda w: stage.draft(w).document, HEAD),
    "pair": Case(
        access.can_pair, lambda w: stage.draft(w, stage.regulation(second=True), document=stage.draft(w).document), HEAD
    ),
    "import_next": Case(
        lambda by, obj, now: access.can_import(by, obj.year, now, obj), lambda w: stage.draft(w).document, HEAD
    ),
    "work_on_import": Case(access.can_work_on_import, lambda w: stage.imported(w, stage.regulation()), HEAD),
    "put_to_signing": Case(access.can_put_to_signing, stage.adopted, HEAD),
    "write": Case(access.can_write, _writing, HEAD),
    "restore_writing": Case(access.can_restore_writing, _dropped_writing, HEAD),
    "see_drafts": Case(access.can_see_drafts, lambda w: stage.draft(w).document, HEAD | {"assessor:CQD"}),
    "open_round": Case(access.can_open_round, _version, {"leader:CQD"}),
    "remind": Case(access.can_remind, stage.consulting, HEAD),
    "extend_round": Case(access.can_extend_round, stage.consulting, HEAD),
    "close_round": Case(access.can_close_round, _over, HEAD),
    "add_comment": Case(access.can_add_comment, lambda w: stage.submission(stage.consulting(w), "CA"), OWN),
    "change_comment": Case(access.can_change_comment, lambda w: stage.again(stage.say(w, stage.consulting(w))), OWN),
    "withdraw_comment": Case(access.can_withdraw_comment, lambda w: stage.said(w, stage.consulting(w)), {"leader:CA"}),
    "restore_comment": Case(access.can_restore_comment, _dropped, OWN),
    "hand_to_leader": Case(
        access.can_hand_to_leader, lambda w: stage.submission(stage.consulting(w), "CA"), {"secretary:CA"}
    ),
    "take_back": Case(access.can_take_back, _handed, OWN),
    "send": Case(access.can_send, lambda w: stage.submission(stage.consulting(w), "CA"), {"leader:CA"}),
    "enter_paper": Case(access.can_enter_paper, lambda w: stage.submission(stage.consulting(w), "CA"), HEAD),
    "take_over": Case(access.can_take_over, _unsent_before, OWN),
    "supplement": Case(
        access.can_supplement, lambda w: stage.again(stage.said(w, stage.consulting(w))).submission, OWN
    ),
    "answer": Case(access_answers.can_answer, lambda w: stage.said(w, stage.consulting(w)), HEAD),
    "publish_answer": Case(access_answers.can_publish_answer, _answer, {"leader:CQD"}),
    "publish_answers": Case(access_answers.can_publish_answers, _all_answered, {"leader:CQD"}),
    "point": Case(access_answers.can_point, _answer, HEAD),
    "approve_answers": Case(access_answers.can_approve_answers, _all_answered, {"leader:CQD"}),
    "say_last_word": Case(
        access_answers.can_say_last_word, lambda w: stage.responded(w) and Response.objects.get(), OWN
    ),
    "table": Case(access_answers.can_table, stage.responded, HEAD),
    "table_without_consultation": Case(
        access_answers.can_table_without_consultation, lambda w: stage.draft(w).document, {"leader:CQD"}
    ),
    "record_decision": Case(access_answers.can_record_decision, _tabled, {"leader:CQD"}),
    "confirm_final": Case(access_answers.can_confirm_final, _edited, {"leader:CQD"}),
    "issue": Case(access_answers.can_issue, stage.adopted, {"leader:CQD"}),
    "keep": Case(access_answers.can_keep, _asked_withdrawal, {"leader:CQD", "leader:QS"}),
    "withdraw": Case(access_answers.can_withdraw, lambda w: stage.draft(w).document, {"leader:CQD"}),
}


@pytest.mark.parametrize("name", CASES)
def test_each_right_is_of_these_roles_and_of_nobody_else(world: Any, name: str) -> None:
    case = CASES[name]
    about = case.about(world)
    asked: dict[str, Mandate | None] = {key: world.mandate(key) for key in world.roles} | {"nobody": None}
    answers = {key: case.can(by, about, world.now) for key, by in asked.items()}
    assert {key for key, verdict in answers.items() if verdict} == case.who
    assert all(str(verdict.reason) for verdict in answers.values() if not verdict)


@pytest.mark.parametrize("name", CASES)
def test_a_mandate_of_another_year_has_no_right_here(world: Any, name: str) -> None:
    from giaouoc.clusters.models import Membership, Year

    case = CASES[name]
    about = case.about(world)
    other = Year.objects.create(
        cluster=world.cluster,
        number=2027,
        starts_on=world.year.starts_on.replace(year=2027),
        ends_on=world.year.ends_on.replace(year=2027),
        opened_at=world.now,
    )
    for who in case.who:
        mine = world.mandate(who)
        Membership.objects.get_or_create(
            year=other,
            unit=mine.unit,
            defaults={
                "role": "head" if mine.unit.code == "CQD" else "member",
                "position": 0,
                "since": world.year.starts_on,
            },
        )
        by = Mandate.objects.create(
            user=mine.user, year=other, unit=mine.unit, role=mine.role, since=world.year.starts_on
        )
        assert not case.can(by, about, world.now), who


def test_every_right_of_the_slice_stands_in_the_table() -> None:
    rights = {name.removeprefix("can_") for name in dir(access) + dir(access_answers) if name.startswith("can_")}
    assert rights - {"answer_at_all", "see_drafts"} <= set(CASES)
