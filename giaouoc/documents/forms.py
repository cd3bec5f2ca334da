"""What is typed on the pages of this slice; what is allowed is for the actions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from giaouoc.clusters.models import Unit
from giaouoc.lib.clock import at_local
from giaouoc.lib.vietnamese import one_line
from giaouoc.signing.forms import LastDayForm
from giaouoc.ui.forms import DayInput, Form, ManyField

from .actions.imports import LARGEST
from .changed import ChangedClause
from .models import Document
from .rules.corrections import JOIN, KINDS
from .rules.said import NAMES
from .rules.writing import VERBS
from .states import CommentKind, Decision, DocumentKind, LastWordKind, Relation

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class FileForm(Form):
    """A Word file for the next draft of a text."""

    file = forms.FileField(
        label=_("Tệp Word (.docx)"),
        help_text=_(
            "Tối đa 20 MB. Hệ thống đọc thành điều, khoản, điểm để xem trước; chưa lưu gì cho đến khi xác nhận."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".docx"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("Tệp lớn hơn 20 MB."))
        return file


class ImportForm(FileForm):
    """A Word file that becomes a new text."""

    kind = forms.ChoiceField(label=_("Loại văn bản"), choices=DocumentKind.choices)
    title = forms.CharField(
        label=_("Tên văn bản"),
        max_length=300,
        required=False,
        help_text=_("Để trống thì lấy tên ghi trong tệp; sửa được ở bước xem trước."),
    )
    field_order = ("kind", "title", "file")


class TitleForm(Form):
    """Kind and title of a text before it is saved."""

    kind = forms.ChoiceField(label=_("Loại văn bản"), choices=DocumentKind.choices)
    title = forms.CharField(label=_("Tên văn bản"), max_length=300)


class ClauseForm(Form):
    """What a clause of a preview is. ``places``: (depth, words) where it can stand; ``may_join``: or it is none."""

    kind = forms.ChoiceField(label=_("Loại"))
    number = forms.CharField(
        label=_("Số, chữ"),
        max_length=20,
        required=False,
        help_text=_("Như ghi trên giấy, không có dấu: 3, a, IV; dấu - cho gạch đầu dòng; để trống nếu không có."),
    )
    depth = forms.TypedChoiceField(label=_("Nằm trong"), coerce=int)
    step = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, places: list[tuple[int, str]], may_join: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        joined = [(JOIN, gettext("Không phải điều khoản: nối vào câu chữ ngay trước"))] if may_join else []
        self.fields["kind"].choices = _kinds() + joined  # type: ignore[attr-defined]
        self.fields["depth"].choices = places  # type: ignore[attr-defined]

    def clean_number(self) -> str | None:
        return number_typed(self.cleaned_data["number"])


def number_typed(typed: str) -> str | None:
    """The number of a clause as the tree keeps it. Raises ValidationError for what is none."""
    number = one_line(typed).strip(".):")
    if number and not re.fullmatch(r"-|\w[\w. ]*", number):
        raise forms.ValidationError(_("Chỉ ghi số hoặc chữ, như 3, a, IV, 2.1; hoặc dấu - cho gạch đầu dòng."))
    return number or None


def _kinds() -> list[tuple[str, str]]:
    return [(kind, name[:1].upper() + name[1:]) for kind, name in ((kind, gettext(NAMES[kind])) for kind in KINDS)]


class WordsForm(Form):
    """What is typed at a clause that is written on the page. ``seen``: what it said when it was opened; ``opened``: what
    else it was then (``rules.writing.Seen``)."""

    heading = forms.CharField(
        label=_("Tên, đề mục"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 1})
    )
    text = forms.CharField(
        label=_("Câu chữ"),
        required=False,
        max_length=100_000,
        strip=False,  # the place of the cut is counted in what was typed
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    opened = forms.CharField(required=False, max_length=200_000, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)


class WritingForm(WordsForm):
    """A clause that is written on the page, with the act that was pressed. ``aside``: it has neither kind nor number;
    ``begun_at``: the words are what its writer had begun then and not saved."""

    kind = forms.ChoiceField(label=_("Loại"))
    number = forms.CharField(
        label=_("Số, chữ"),
        max_length=20,
        required=False,
        help_text=_("Tự đánh theo vị trí. Ghi số khác thì giữ nguyên số ấy; xóa đi thì lại tự đánh."),
    )
    cut = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    viec = forms.ChoiceField(choices=[(verb, verb) for verb in VERBS], widget=forms.HiddenInput)
    field_order = ("heading", "text", "kind", "number")

    def __init__(self, *args: Any, aside: bool, begun_at: datetime | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.begun_at = begun_at
        self.fields["kind"].choices = _kinds()  # type: ignore[attr-defined]
        if aside:
            del self.fields["kind"], self.fields["number"]

    def clean_number(self) -> str:
        """The number as the tree keeps it. Raises ValidationError for what is none."""
        return number_typed(self.cleaned_data["number"]) or ""


class RoundForm(Form):
    """When a round closes."""

    day = forms.DateField(label=_("Hạn góp ý: ngày"), widget=DAY)
    hour = forms.TimeField(
        label=_("Giờ"), initial=time(17), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    xac_nhan = forms.CharField(required=False, widget=forms.HiddenInput)  # the warning was read

    @property
    def closes_at(self) -> datetime:
        """The moment in UTC that was typed as Vietnamese wall-clock time."""
        hour = self.cleaned_data["hour"]
        return at_local(self.cleaned_data["day"], hour.hour, hour.minute)


class ExtensionForm(RoundForm):
    """A later close and why."""

    reason = forms.CharField(label=_("Lý do gia hạn"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class CommentForm(Form):
    """A unit's comment. ``words``: of the clause as it stands; the proposal starts from them."""

    field_order = ("quote", "kind", "proposed_text", "reason")
    kind = forms.ChoiceField(label=_("Loại ý kiến"), choices=CommentKind.choices, widget=forms.RadioSelect)
    proposed_text = forms.CharField(
        label=_("Câu chữ đề xuất"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 5})
    )
    reason = forms.CharField(
        label=_("Ý kiến, lý do"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    quote = forms.CharField(
        label=_("Đoạn được góp ý"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Chép đúng chữ trong điều khoản, hoặc bôi chọn ở trang văn bản; để trống là cả điều khoản."),
    )

    def __init__(self, *args: Any, words: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        proposed = self.fields["proposed_text"]
        if words is None:
            del self.fields["quote"]
            proposed.help_text = gettext("Nội dung đề nghị bổ sung vào văn bản, nếu có.")
        else:
            proposed.help_text = gettext(
                "Sửa ngay trên câu chữ của điều khoản; chỗ thay đổi được đánh dấu theo từng từ."
            )
            self.fields["proposed_text"].initial = words


class LetterForm(Form):
    """The covering letter, if there is one."""

    letter_number = forms.CharField(label=_("Số, ký hiệu công văn kèm theo (nếu có)"), max_length=100, required=False)
    letter_date = forms.DateField(label=_("Ngày công văn"), required=False, widget=DAY)


class PaperForm(LetterForm):
    """What a unit sent on paper or as a file."""

    letter_number = forms.CharField(label=_("Số, ký hiệu văn bản của đơn vị"), max_length=100)
    file = forms.FileField(
        label=_("Tệp làm chứng cứ"), help_text=_("Bản chụp hoặc PDF của văn bản, hoặc tệp Word; tối đa 20 MB.")
    )
    words = forms.CharField(
        label=_("Các ý kiến"),
        required=False,
        max_length=500_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_(
            "Mỗi ý kiến một dòng, bắt đầu bằng điều khoản: “khoản 2 Điều 5: đề nghị …”. Không ghi điều khoản là về toàn văn. "
            "Tệp Word có bảng hoặc mỗi dòng một ý kiến thì để trống: máy đọc ra đây để xem lại. Dự thảo gửi lại có nhận xét bên "
            "lề hoặc theo dõi thay đổi cũng để trống: máy đưa từng chỗ về điều khoản, xem lại rồi mới nhập."
        ),
    )


class TargetsForm(Form):
    """The changed clauses in which a 'tiếp thu' is seen. ``changed``: those that may be chosen."""

    targets = forms.TypedMultipleChoiceField(
        label=_("Điều khoản đã sửa theo ý kiến này"),
        required=False,
        coerce=UUID,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Tiếp thu thì chỉ ra ít nhất một điều khoản đã sửa; đánh dấu sẵn điều khoản được góp ý nếu đã sửa."
        ),
    )

    def __init__(self, *args: Any, changed: Iterable[ChangedClause], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (str(one.provision), one.where if one.after else gettext("%(where)s, nay đã bỏ") % {"where": one.where})
            for one in changed
        ]
        if choices:
            self.fields["targets"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["targets"]


class AnswerForm(TargetsForm):
    """One of five decisions and why."""

    field_order = ("decision", "targets", "already_at", "explanation")

    decision = forms.ChoiceField(label=_("Trả lời"), choices=Decision.choices, widget=forms.RadioSelect)
    already_at = forms.CharField(
        label=_("Đã có tại"), max_length=200, required=False, help_text=_("Thí dụ: khoản 2 Điều 5.")
    )
    explanation = forms.CharField(
        label=_("Giải trình"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Bắt buộc khi tiếp thu một phần, không tiếp thu hoặc trình hội nghị."),
    )


class LastWordForm(Form):
    """Whether the unit is satisfied with the answer."""

    kind = forms.ChoiceField(label=_("Lời cuối của đơn vị"), choices=LastWordKind.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("Nội dung"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Bắt buộc khi bảo lưu: điều đơn vị đề nghị hội nghị xem xét."),
    )


class SignersForm(LastDayForm):
    """Which units sign an adopted text, how, until when."""

    units = ManyField(label="", queryset=Unit.objects.none(), widget=forms.CheckboxSelectMultiple, required=False)
    in_order = forms.BooleanField(label="", required=False)
    stamps = forms.BooleanField(label="", required=False)
    field_order = ("units", "in_order", "stamps", "last_day")

    def __init__(self, *args: Any, members: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["units"].label = gettext("Đơn vị ký")
        fields["units"].help_text = gettext("Lãnh đạo của mỗi đơn vị ký một ô, theo thứ tự danh sách thành viên.")
        fields["units"].queryset = Unit.objects.filter(pk__in=[unit.pk for unit in members])
        fields["in_order"].label = gettext("Ký lần lượt theo danh sách")
        fields["in_order"].help_text = gettext("Không đánh dấu thì ký theo thứ tự nào cũng được.")
        fields["stamps"].label = gettext("Có con dấu của từng cơ quan")
        fields["stamps"].help_text = gettext(
            "Dưới mỗi ô ký có một ô con dấu; văn thư đặt con dấu sau khi lãnh đạo đã ký."
        )


class IssueForm(Form):
    """The number and day of an adopted text, and what it does to texts that are in force."""

    number = forms.CharField(label=_("Số văn bản"), max_length=100)
    issued_on = forms.DateField(label=_("Ngày ban hành"), widget=DayInput)
    relation = forms.ChoiceField(
        label=_("Đối với văn bản trước"),
        choices=[("", _("Không liên quan văn bản nào")), *Relation.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    earlier = ManyField(
        label=_("Văn bản trước"), queryset=Document.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, earlier: Sequence[Document], example: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].help_text = _("Như ghi ở sổ văn thư, thí dụ %(example)s.") % {"example": example}
        if not earlier:
            del self.fields["relation"], self.fields["earlier"]
            return
        field: Any = self.fields["earlier"]
        field.queryset = Document.objects.filter(pk__in=[one.pk for one in earlier]).select_related("year", "adoption")
        field.label_from_instance = lambda one: (
            _("%(title)s, năm %(year)s, số %(number)s")
            % {
                "title": one.title,
                "year": one.year.number,
                "number": one.adoption.number,
            }
        )


class NoForm(Form):
    """Nothing to type."""


class FilterForm(Form):
    """Which rows of the response table to show; choices are what the table has."""

    don_vi = forms.ChoiceField(label=_("Đơn vị"), required=False)
    dieu = forms.ChoiceField(label=_("Điều khoản"), required=False)
    tra_loi = forms.ChoiceField(label=_("Trả lời"), required=False)

    def __init__(self, *args: Any, units: list[tuple[str, str]], clauses: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = [("", gettext("Tất cả"))]
        self.fields["don_vi"].choices = everything + units  # type: ignore[attr-defined]
        self.fields["dieu"].choices = everything + clauses  # type: ignore[attr-defined]
        self.fields["tra_loi"].choices = [  # type: ignore[attr-defined]
            *everything,
            ("chua", gettext("Chưa trả lời")),
            *((value, str(label)) for value, label in Decision.choices),
        ]
