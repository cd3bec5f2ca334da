"""What is typed about directives and tasks; what is allowed is for the actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from giaouoc.clusters.models import Unit
from giaouoc.ui.forms import DayInput, Form, ManyField


class WordsForm(Form):
    """What was said, and by whom."""

    words = forms.CharField(
        label=_("Ý kiến, ghi như đã nói"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    speaker = forms.CharField(
        label=_("Người phát biểu (chức vụ)"), max_length=200, help_text=_("Thí dụ: Phó Trưởng Ban.")
    )


class DirectiveForm(WordsForm):
    """What was said outside a conference."""

    given_on = forms.DateField(label=_("Ngày"), widget=DayInput)
    occasion = forms.CharField(
        label=_("Tại đâu, văn bản nào"),
        max_length=400,
        required=False,
        help_text=_("Thí dụ: buổi làm việc tháng 5; Thông báo số 12-TB/BTGDV."),
    )


class TaskForm(Form):
    """A unit's share."""

    text = forms.CharField(label=_("Việc được giao"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    measure = forms.CharField(
        label=_("Dấu hiệu để biết việc đã xong"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Con số, sản phẩm hoặc sự việc kiểm tra được."),
    )
    due = forms.DateField(label=_("Hạn"), widget=DayInput)


class AssignForm(TaskForm):
    """The same share may go to several units at once, each with a task of its own."""

    units = ManyField(label=_("Giao cho"), queryset=Unit.objects.none(), widget=forms.CheckboxSelectMultiple)
    field_order = ("units", "text", "measure", "due")

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].queryset = Unit.objects.filter(pk__in=[unit.pk for unit in units])  # type: ignore[attr-defined]
        self.fields["units"].error_messages["required"] = gettext("Chọn ít nhất một đơn vị.")


class ChangeForm(TaskForm):
    """Another measure or day, with the answer to what the unit asked."""

    words = forms.CharField(
        label=_("Trả lời đơn vị (nếu có)"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class SayForm(Form):
    """A reason or an answer that is kept."""

    words = forms.CharField(label=_("Nội dung"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, label: str, required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label, self.fields["words"].required = label, required


class ManyFiles(forms.FileInput):
    """A box that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; cleans to the list of them."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(FilesField, self).clean(one, initial) for one in data or []]


class ReportForm(Form):
    """What was done, with its evidence."""

    words = forms.CharField(
        label=_("Kết quả đã làm được"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Nói theo dấu hiệu đã giao: con số, sản phẩm, nơi kiểm tra được."),
    )
    evidence = FilesField(
        label=_("Tệp minh chứng"),
        required=False,
        help_text=_("PDF, Word, Excel, PowerPoint hoặc ảnh; tối đa 10 tệp, mỗi tệp 20 MB."),
        widget=ManyFiles(attrs={"accept": ".pdf,.docx,.xlsx,.pptx,image/png,image/jpeg"}),
    )


class FilterForm(Form):
    """Which tasks to show; the choices are what the year has."""

    don_vi = forms.ChoiceField(label=_("Đơn vị"), required=False)
    tinh_trang = forms.ChoiceField(label=_("Tình trạng"), required=False)

    def __init__(self, *args: Any, units: list[tuple[str, str]], states: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = [("", gettext("Tất cả"))]
        self.fields["don_vi"].choices = everything + units  # type: ignore[attr-defined]
        late = [("qua-han", gettext("Quá hạn"))]
        self.fields["tinh_trang"].choices = everything + late + states  # type: ignore[attr-defined]
