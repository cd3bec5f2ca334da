"""Sentences of the parts without Django: plain Vietnamese everywhere, the reader's language on a page."""

from __future__ import annotations

import json

from django.utils import translation

from giaouoc.lib.errors import Invalid
from giaouoc.lib.sentence import Sentence, dump, load, say, shown

CHANGED = say(
    "Nội dung tệp bị sửa sau khi ký: %(what)s.", what=(say("nội dung trang %(number)s", number=2), say("không rõ"))
)
ABOUT = say("Chữ ký của %(name)s: %(low_problem)s", name="100 % Đơn vị", low_problem=CHANGED)


def test_a_sentence_is_plain_vietnamese() -> None:
    assert json.loads(json.dumps({"reason": ABOUT})) == {
        "reason": "Chữ ký của 100 % Đơn vị: nội dung tệp bị sửa sau khi ký: nội dung trang 2, không rõ."
    }


def test_a_page_says_it_in_the_language_of_the_reader_with_all_that_is_in_it() -> None:
    with translation.override("en"):
        assert shown(ABOUT) == (
            "Signature of 100 % Đơn vị: the content was changed after signing: the content of page 2, unknown."
        )
        assert str(Invalid(CHANGED)).startswith("The content")
    assert shown(ABOUT) == ABOUT
    assert shown("100 %") == "100 %"


def test_a_sentence_survives_the_way_between_processes() -> None:
    again = load(json.loads(json.dumps(dump({"reason": ABOUT, "names": ("a", "b")}))))
    assert again == {"reason": ABOUT, "names": ("a", "b")}
    assert isinstance(again["reason"], Sentence)
    with translation.override("en"):
        assert shown(again["reason"]) == shown(ABOUT)
