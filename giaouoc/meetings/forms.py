"""What is typed about a conference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from giaouoc.ballots.states import Level
from giaouoc.clusters.models import Mandate, Unit
from giaouoc.directives.forms import FilesField, ManyFiles
from giaouoc.documents.models import Document
from giaouoc.ui.forms import Form, ModelForm, MomentInput, TimeInput

from .elections import Post
from .models import Meeting
from .states import Choice, FloorAct, Method, Purpose, choice_words


class MeetingForm(ModelForm):
    """Title, hour, place or online link, who is invited beside the members."""

    link = forms.URLField(
        label=_("Liên kết họp trực tuyến"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("Khi họp trực tuyến, hoặc có đơn vị dự từ xa."),
    )

    class Meta:
        model = Meeting
        fields = ("title", "starts_at", "venue", "link", "guests")
        labels = {
            "title": _("Tên hội nghị"),
            "starts_at": _("Thời gian"),
            "venue": _("Địa điểm"),
            "guests": _("Đại biểu mời"),
        }
        help_texts = {"guests": _("Mỗi dòng một cơ quan; cơ quan chỉ đạo đứng đầu.")}
        widgets = {"starts_at": MomentInput(), "guests": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_at"].input_formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]  # type: ignore[attr-defined]


class ItemForm(Form):
    """An item of the agenda; a tabled text may stand under it."""

    title = forms.CharField(label=_("Nội dung"), max_length=300)
    begins = forms.TimeField(label=_("Bắt đầu lúc"), required=False, widget=TimeInput())
    document = forms.ModelChoiceField(
        label=_("Văn bản để quyết định"), queryset=Document.objects.none(), required=False, empty_label=_("không có")
    )
    papers = FilesField(
        label=_("Tài liệu kèm theo"),
        required=False,
        help_text=_("PDF, Word, Excel, PowerPoint hoặc ảnh; mỗi mục tối đa 10 tệp, mỗi tệp 20 MB."),
        widget=ManyFiles(attrs={"accept": ".pdf,.docx,.xlsx,.pptx,image/png,image/jpeg"}),
    )

    def __init__(self, *args: Any, documents: list[Document], has_one: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_one:  # another text can take its place, none cannot: then the item itself is taken off
            self.fields["document"].empty_label = None  # type: ignore[attr-defined]
        self.fields["document"].queryset = Document.objects.filter(pk__in=[one.pk for one in documents])  # type: ignore[attr-defined]
        if not documents:
            del self.fields["document"]


class DelegateField(forms.ModelChoiceField):
    """A person of the unit: 'Thư ký · Công an Thành phố'."""

    def label_from_instance(self, obj: Mandate) -> str:  # type: ignore[override]
        return f"{obj.role_label} · {obj.user.name}"


class RepresentationForm(Form):
    """Who speaks for a unit. ``delegates``: to whom the leader may give the vote; None hides the question."""

    representative = forms.CharField(label=_("Chức vụ người đại diện"), max_length=200)
    delegation = forms.CharField(
        label=_("Văn bản ủy quyền"),
        max_length=200,
        required=False,
        help_text=_("Số và ngày, khi người đại diện không phải người đứng đầu; thí dụ: 05-UQ/ĐU ngày 02-3-2026."),
    )
    delegate = DelegateField(
        label=_("Ủy quyền biểu quyết trên hệ thống cho"),
        queryset=Mandate.objects.none(),
        required=False,
        empty_label=_("không ủy quyền; lãnh đạo đơn vị biểu quyết"),
    )

    def __init__(self, *args: Any, delegates: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if delegates is None:
            del self.fields["delegate"]
        else:
            self.fields["delegate"].queryset = delegates  # type: ignore[attr-defined]


class PresenceCodeForm(Form):
    """The code on the room's screen."""

    asks_only = True
    ma = forms.CharField(
        label=_("Mã trên màn hình"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}),
        help_text=_("Sáu chữ số, đổi mỗi phút."),
    )


class AbsenceForm(Form):
    """Why a unit does not come."""

    reason = forms.CharField(label=_("Lý do vắng mặt"), max_length=300, required=False)


class NoteForm(Form):
    """What was said."""

    unit = forms.ModelChoiceField(
        label=_("Đơn vị"), queryset=Unit.objects.none(), required=False, empty_label=_("ghi chung")
    )
    speaker = forms.CharField(label=_("Chức vụ người phát biểu"), max_length=200, required=False)
    text = forms.CharField(label=_("Nội dung"), widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, units: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=[unit.pk for unit in units])  # type: ignore[attr-defined]


class DecisionForm(Form):
    """What is decided on, and how. ``text``: the item has a tabled text; ``posts``: what the conference may fill by hands."""

    purpose = forms.ChoiceField(label=_("Quyết định về việc gì"), widget=forms.RadioSelect)
    motion = forms.CharField(
        label=_("Nội dung, khi là việc khác"),
        max_length=300,
        required=False,
        help_text=_("In nguyên trong biên bản."),
        widget=forms.TextInput(attrs={"data-for": Purpose.MOTION}),
    )
    post = forms.ChoiceField(
        label=_("Chức danh, khi bầu bằng giơ tay"),
        required=False,
        widget=forms.Select(attrs={"data-for": Purpose.ELECTION}),
    )
    candidate = forms.ChoiceField(
        label=_("Đơn vị được giới thiệu"),
        required=False,
        widget=forms.Select(attrs={"data-for": Purpose.ELECTION}),
        help_text=_("Mỗi lần giơ tay hỏi về một đơn vị cho một chức danh. Cần kín thì dùng Bỏ phiếu kín."),
    )
    method = forms.ChoiceField(
        label=_("Cách quyết định"), choices=Method.choices, widget=forms.RadioSelect, initial=Method.VOTE
    )

    def __init__(self, *args: Any, text: bool, posts: Sequence[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [one for one in Purpose if (text or one != Purpose.TEXT) and (posts or one != Purpose.ELECTION)]
        self.fields["purpose"].choices = [(one.value, one.label) for one in kinds]  # type: ignore[attr-defined]
        self.fields["purpose"].initial = kinds[0] if text else Purpose.MOTION
        if not posts:
            del self.fields["post"], self.fields["candidate"]
            return
        roles = {one.role.value: one.role.label for one in posts}
        units = {unit.code: unit.short_name for one in posts for unit in one.units}
        for name, choices in (("post", roles), ("candidate", units)):
            self.fields[name].choices = [("", "—"), *choices.items()]  # type: ignore[attr-defined]


class FloorEditForm(Form):
    """One edit of one clause."""

    act = forms.ChoiceField(
        label=_("Chỉnh sửa"), choices=FloorAct.choices, widget=forms.RadioSelect, initial=FloorAct.REWORD
    )
    text = forms.CharField(
        label=_("Nội dung mới"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Khi sửa lời: cả điều khoản sau khi sửa. Khi thêm: lời của điều khoản mới. Khi bỏ: không cần."),
    )


class TellerField(forms.ModelChoiceField):
    """A person of the tally team: 'Công an Thành phố: Nguyễn Văn A, Thẩm định'."""

    def label_from_instance(self, obj: Mandate) -> str:  # type: ignore[override]
        return f"{obj.unit}: {obj.user.name}, {obj.role_label}"


class BallotForm(Form):
    """What is put to a secret ballot, and how secret it is. ``text``: the item has a tabled text."""

    purpose = forms.ChoiceField(label=_("Bỏ phiếu về việc gì"), widget=forms.RadioSelect)
    motion = forms.CharField(
        label=_("Nội dung, khi là việc khác"),
        max_length=300,
        required=False,
        help_text=_("In nguyên trên phiếu."),
        widget=forms.TextInput(attrs={"data-for": Purpose.MOTION}),
    )
    level = forms.ChoiceField(
        label=_("Mức kín"),
        choices=Level.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "Kín trên hệ thống: không người dùng nào biết ai bỏ gì, người vận hành máy chủ thì có thể. Kín, có kiểm chứng: "
            "máy chủ đóng dấu phiếu mà không đọc được, mỗi đơn vị tìm được phiếu của mình và ai cũng đếm lại được; các đơn vị "
            "cần ở trang bỏ phiếu qua hai bước. Phiếu giấy: in phiếu, hai người nhập kết quả."
        ),
    )

    teller = TellerField(
        label=_("Đóng dấu lần thứ hai bởi tổ kiểm phiếu"),
        queryset=Mandate.objects.none(),
        required=False,
        empty_label=_("không, chỉ một dấu của máy chủ"),
        widget=forms.Select(attrs={"data-for": Level.BLIND}),
        help_text=_(
            "Chỉ với mức kín, có kiểm chứng. Người được cử mở trang đóng dấu trên máy của mình, tạo khóa, rồi đóng dấu lên phiếu "
            "đã che của từng đơn vị; máy chủ không có khóa ấy nên một mình không thêm phiếu được cho đơn vị không đến."
        ),
    )

    def __init__(self, *args: Any, text: bool, tellers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [one for one in Purpose.choices if text or one[0] != Purpose.TEXT]
        self.fields["purpose"].choices = choices  # type: ignore[attr-defined]
        self.fields["teller"].queryset = tellers  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The box of the second stamp is out of sight at the other levels: what stood in it does not count there."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        return found if found.get("level") == Level.BLIND else found | {"teller": None}


class TallyForm(Form):
    """What the tally team counted: papers handed out, spoiled, and the votes of each option."""

    issued = forms.IntegerField(label=_("Số phiếu phát ra"), min_value=0, max_value=1000)
    spoiled = forms.IntegerField(label=_("Số phiếu không hợp lệ"), min_value=0, max_value=1000, initial=0)

    def __init__(self, *args: Any, questions: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = [[f"v{q}_{o}" for o in range(len(one["options"]))] for q, one in enumerate(questions)]
        for names, question in zip(self.names, questions, strict=True):
            for name, option in zip(names, question["options"], strict=True):
                label = f"{question['title']}: {option}"
                self.fields[name] = forms.IntegerField(label=label, min_value=0, max_value=1000)

    def votes(self) -> list[list[int]]:
        """Votes of each option of each question."""
        return [[self.cleaned_data[name] for name in names] for names in self.names]


class VoteForm(Form):
    """A unit's vote, or its word in a consensus."""

    choice = forms.ChoiceField(label=_("Ý kiến"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("Ý kiến khác hoặc bảo lưu, nếu có"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, method: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["choice"].choices = choices_of(method)  # type: ignore[attr-defined]


def choices_of(method: str) -> list[tuple[str, str]]:
    """What a unit may say under this method."""
    words = [one for one in Choice if method == Method.VOTE or one != Choice.ABSTAIN]
    return [(one.value, choice_words(method, one)) for one in words]


class MinutesForm(Form):
    """The prose of the minutes; facts are not typed."""

    conclusion = forms.CharField(
        label=_("Kết luận của hội nghị"), required=False, widget=forms.Textarea(attrs={"rows": 8})
    )
    read_out = forms.BooleanField(
        label=_("Biên bản đã được đọc trước hội nghị và được thống nhất"),
        required=False,
        help_text=_("Chỉ đánh dấu khi việc này đã diễn ra; biên bản in đúng câu này ở phần kết thúc."),
    )
