"""What is typed about the pact and the activities."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from giaouoc.clusters.models import Unit, Year
from giaouoc.ui.forms import DayInput, Form, ManyField

from .queries import Signer, post_of
from .states import ActivityKind


class WordsForm(Form):
    """The draft's day, measures and reports."""

    signing_date = forms.DateField(label="", widget=DayInput)
    measures = forms.CharField(label="", required=False, widget=forms.Textarea(attrs={"rows": 8}))
    reporting = forms.CharField(label="", required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signing_date"].label = _("Ngày ký, in trên giao ước")
        self.fields["measures"].label = _("Biện pháp thực hiện, giúp đỡ lẫn nhau, nhân rộng mô hình hay")
        self.fields["measures"].help_text = _("Mỗi dòng là một đoạn.")
        self.fields["reporting"].label = _("Chế độ báo cáo")


class CommitmentForm(Form):
    """One promise."""

    text = forms.CharField(label="", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    measure = forms.CharField(label="", required=False, max_length=300)
    unit = forms.ModelChoiceField(label="", queryset=Unit.objects.none(), required=False)

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("Cam kết")
        self.fields["measure"].label = _("Chỉ tiêu, cách đo")
        self.fields["measure"].help_text = _("Con số hoặc dấu hiệu để cuối năm biết đã làm được hay chưa.")
        self.fields["unit"].label = _("Của đơn vị")
        self.fields["unit"].help_text = _("Để trống nếu là cam kết chung của mọi đơn vị.")
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=[unit.pk for unit in units])  # type: ignore[attr-defined]
        self.fields["unit"].empty_label = _("Cam kết chung")  # type: ignore[attr-defined]


class SignersForm(Form):
    """For each unit who signs; a choice where it has more than one leader."""

    def __init__(self, *args: Any, signers: Sequence[Signer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for signer in signers:
            leaders = [(one.pk, f"{post_of(signer.unit, one)} ({one.user})") for one in signer.choices]
            self.fields[f"unit-{signer.unit.pk}"] = forms.TypedChoiceField(
                label=signer.unit.short_name,
                coerce=int,
                empty_value=None,
                choices=leaders or [("", _("Chưa có lãnh đạo được giao tư cách ký"))],
                initial=signer.mandate.pk if signer.mandate else "",
                required=len(leaders) > 1,
                disabled=len(leaders) < 2,
            )


class ActivityForm(Form):
    """A planned activity."""

    kind = forms.ChoiceField(label="")
    title = forms.CharField(label="", max_length=300)
    planned_on = forms.ChoiceField(label="", required=False)
    host = forms.ModelChoiceField(label="", queryset=Unit.objects.none(), required=False)
    host_text = forms.CharField(label="", max_length=300, required=False)
    co_hosts = ManyField(label="", queryset=Unit.objects.none(), required=False, widget=forms.CheckboxSelectMultiple)
    result = forms.CharField(label="", max_length=300, required=False)

    def __init__(self, *args: Any, year: Year, units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = Unit.objects.filter(pk__in=[unit.pk for unit in units])
        fields: dict[str, Any] = self.fields
        fields["kind"].label = _("Loại hoạt động")
        fields["kind"].choices = ActivityKind.choices
        fields["title"].label = _("Tên hoạt động")
        fields["planned_on"].label = _("Tháng dự kiến")
        fields["planned_on"].choices = [("", _("Chưa định")), *months_of(year, self.initial.get("planned_on"))]
        fields["host"].label = _("Đơn vị chủ trì")
        fields["host"].queryset = members
        fields["host"].empty_label = _("Không phải một đơn vị thành viên")
        fields["host_text"].label = _("Chủ trì khác")
        fields["host_text"].help_text = _("Chỉ ghi khi không chọn được ở trên, thí dụ: Các đơn vị thành viên.")
        fields["co_hosts"].label = _("Đơn vị phối hợp")
        fields["co_hosts"].queryset = members
        fields["result"].label = _("Sản phẩm, kết quả dự kiến")

    def clean_planned_on(self) -> date | None:
        value = self.cleaned_data["planned_on"]
        return date.fromisoformat(f"{value}-01") if value else None


def months_of(year: Year, also: str | None = None) -> list[tuple[str, str]]:
    """Every month of the year with its words; ``also``: a month beside the year that an activity has already."""
    first, last = year.starts_on.replace(day=1), year.ends_on
    months: list[date] = []
    while first <= last and len(months) < 36:
        months.append(first)
        first = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    if also and date.fromisoformat(f"{also}-01") not in months:
        months = sorted([*months, date.fromisoformat(f"{also}-01")])
    return [
        (f"{one:%Y-%m}", _("tháng %(month)s năm %(year)s") % {"month": one.month, "year": one.year}) for one in months
    ]
