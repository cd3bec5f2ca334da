"""What is a mark of secrecy and what only speaks of one."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from giaouoc.lib.secrecy import mark_in_name, secrecy_mark

MARKS = [
    "MẬT",
    "Tối mật",
    "TUYỆT MẬT",
    "tuyệt mật",
    "  M Ậ T  ",
    "T Ố I   M Ậ T",
    "TỐI\u00a0\u00a0MẬT",
    "TỐI\u200bMẬT",
    "T.U.Y.Ệ.T M.Ậ.T",
    "- MẬT -",
    "[TỐI MẬT]",
    "МẬТ",
    "MẬT",
    "TOI MAT",
    "MËT",  # TCVN3, the font of capitals
    "TuyÖt mËt",
    "TOÁI MAÄT",  # VNI
    "Độ mật: Tối mật",
    "Mức độ mật - TUYỆT MẬT",
    "ĐỘ MẬT: MẬT. Bản số 02",
    "Kế hoạch diễn tập (TỐI MẬT) năm 2026",
    "MẬT - Kế hoạch diễn tập",
    "TỈNH ỦY\t\tMẬT",
    "BAN DÂN VẬN      MẬT",
    "Trích yếu\nTỐI MẬT\nKính gửi",
    "Kế hoạch diễn tập - TỐI MẬT",
    "Kế hoạch diễn tập năm 2026 - MẬT",
    "KẾ HOẠCH DIỄN TẬP – MẬT",
    "Kế hoạch diễn tập TUYỆT MẬT",
    "Tài liệu TỐI MẬT.",
    "TOI MẬT",
    "TUYỆT MAT",
    "Số 12-BC/TU/M",
    "Số: 7/KH-CA/M ngày 02-3-2026",
]
ORDINARY = [
    "mật khẩu",
    "BÍ MẬT",
    "Bảo mật thông tin",
    "mật độ dân số",
    "Luật Bảo vệ bí mật nhà nước",
    "BẢO VỆ BÍ MẬT NHÀ NƯỚC",
    "Không nhập tài liệu mật, tối mật, tuyệt mật.",
    "Tài liệu có đóng dấu “MẬT” được quản lý theo quy định.",
    "Bí mật nhà nước có ba độ mật: tuyệt mật, tối mật và mật",
    "Độ mật: Mật, Tối mật, Tuyệt mật do người ký quyết định",
    "Độ mật: không",
    "a) Tuyệt mật;",
    "- Tối mật;",
    "- Mật.",
    "1. Tối mật",
    "Tối mật là tài liệu mà nếu lộ thì gây nguy hại.",
    "Phiếu kín bảo đảm bí mật: không ai biết ai bỏ gì",
    "tôi mất",
    "Tài liệu có độ TỐI MẬT",
    "Tài liệu đóng dấu “TUYỆT MẬT”",
    "Ba độ mật: TUYỆT MẬT, TỐI MẬT, MẬT",
    "LUẬT BẢO VỆ BÍ MẬT",
    "QUẢN LÝ TÀI LIỆU TUYỆT MẬT",
    "Giữ bí MẬT",
    "Cô ấy tên là Mật",
    "Số 12-KH/BTGDV",
    "Số 5/MTTQ",
    "thân mật - cởi mở",
    "Mật ong rừng U Minh",
]


@pytest.mark.parametrize("text", MARKS)
def test_a_mark_is_found_in_either_normal_form(text: str) -> None:
    assert secrecy_mark(text)
    assert secrecy_mark(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_words_pass(text: str) -> None:
    assert secrecy_mark(text) is None
    assert secrecy_mark(unicodedata.normalize("NFD", text)) is None


@given(
    st.sampled_from(["MẬT", "TỐI MẬT", "TUYỆT MẬT"]),
    st.sampled_from(["", " ", "  ", "\u00a0", "\u200b", ".", "_"]),
    st.sampled_from([str.upper, str.lower, str.title]),
    st.sampled_from(["NFC", "NFD", "NFKC"]),
    st.text("Đảng ủy xã, số 1 2\n", max_size=30),
)
def test_a_mark_on_its_own_line_is_found_however_it_is_spaced(mark, between, case, form, around) -> None:  # type: ignore[no-untyped-def]
    text = f"{around}\n{between.join(case(mark))}\n{around}"
    assert secrecy_mark(unicodedata.normalize(form, text))


@pytest.mark.parametrize(
    "name",
    [
        "TOI MAT - ke hoach.docx",
        "bao-cao_(MẬT).pdf",
        "TUYỆT MẬT.docx",
        "KH_MẬT_2026.pdf",
        "KE_HOACH_TOI_MAT.docx",
        "tuyet-mat-2026.pdf",
        "kế hoạch tối mật 2.docx",
    ],
)
def test_a_name_of_a_file_can_carry_the_mark(name: str) -> None:
    assert mark_in_name(name)


@pytest.mark.parametrize(
    "name", ["quy-che-bao-mat.docx", "bí mật nhà nước.pdf", "mat-do-dan-so.xlsx", "mật độ.pdf", "don-toi-mat-the.docx"]
)
def test_a_name_of_a_file_may_speak_of_secrets(name: str) -> None:
    assert mark_in_name(name) is None


def test_a_letter_that_only_looks_like_d_with_stroke_hides_no_mark() -> None:
    """U+00D0 is the Icelandic eth; fonts draw it as Đ."""
    assert secrecy_mark("\u00d0ộ mật: Mật")
