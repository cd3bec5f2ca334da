"""How forms look: an error summary that leads to the fields, each field with its help and its errors tied to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from giaouoc.lib.covering import is_covered
from giaouoc.lib.errors import DomainError, Invalid, NotAllowed
from giaouoc.lib.file_text import hidden_in_file, mark_in_file
from giaouoc.lib.secrecy import secrecy_mark

from .say import done

SECRETS_LINE = _("Không nhập, không tải lên nội dung thuộc bí mật nhà nước, tài liệu nội bộ chưa được phép.")
SCANS_LINE = _("Dấu độ mật trong bản quét, trong ảnh thì máy không đọc được: hãy tự xem kỹ trước khi tải lên.")


def attempted(
    form: forms.BaseForm, act: Callable[[], Any], refusals: type[DomainError] = DomainError
) -> tuple[bool, Any]:
    """(whether the form was sent, is good and the act went through, what it gave).

    What the act refuses stands at its field, or on top of the form, which keeps what was typed; whoever may not do it at all
    gets a page."""
    if not (form.is_bound and form.is_valid()):
        return False, None
    try:
        return True, act()
    except NotAllowed:
        raise
    except refusals as refused:
        field = refused.field if isinstance(refused, Invalid) and refused.field in form.fields else None
        form.add_error(field, str(refused))
        return False, None


def tried(form: forms.BaseForm, act: Callable[[dict[str, Any]], Any]) -> bool:
    """``attempted`` with what the form holds; only what is invalid comes back on the form, another state gets a page."""
    return attempted(form, lambda: act(form.cleaned_data), Invalid)[0]


def submitted(request: Any, form: forms.BaseForm, act: Callable[[dict[str, Any]], Any], sentence: str) -> bool:
    """``tried``, and what was done is said on the next page."""
    if not tried(form, act):
        return False
    done(request, sentence)
    return True


class GiaoUocRenderer(TemplatesSetting):
    """``{{ form }}`` and ``{{ field.as_field_group }}`` with the templates of ``ui``."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"


def _mark_of(value: Any, *, kept: bool) -> str | None:
    """The mark of secrecy in what came for one field: a text, a file with its name, or several."""
    if isinstance(value, str):
        return secrecy_mark(value)
    if isinstance(value, list | tuple):
        return next((mark for one in value if (mark := _mark_of(one, kept=kept))), None)
    if isinstance(value, UploadedFile):
        mark = mark_in_file(value.read(), value.name or "", kept=kept)
        value.seek(0)
        return mark
    return None


def _many(given: Any) -> list[Any]:
    return list(given) if isinstance(given, list | tuple) else [given]


def _brings_hidden(file: Any) -> bool:
    """Whether a file that is to be kept holds hidden words: it would give them to whoever downloads it."""
    if not isinstance(file, UploadedFile):
        return False
    found = hidden_in_file(file.read())
    file.seek(0)
    return found


FIRST_YEAR, LAST_YEAR = 1900, 2199  # of a day that somebody means; beyond, a clock in another zone may overflow


class Guarded(forms.BaseForm):
    """No mark of secrecy comes in by this form, by text or file; its first box says so before anything is typed.
    No day of another age either, and the sentence that stands for hidden words is never saved as words.

    ``asks_only``: its words are looked for or compared and never kept, so the line would be noise."""

    asks_only = False

    def full_clean(self) -> None:
        super().full_clean()
        if not self.is_bound or (self.empty_permitted and not self.has_changed()):
            return
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, date) and not FIRST_YEAR <= value.year <= LAST_YEAR:
                self.add_error(name, gettext("Năm %(year)s không đúng; mời kiểm tra lại ngày.") % {"year": value.year})
        for name, field in self.fields.items():
            given = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            if isinstance(field.widget, forms.PasswordInput):
                continue
            if is_covered(given) and not self.asks_only:
                self.add_error(
                    None if field.widget.is_hidden else name,
                    gettext(
                        "Quản trị hệ thống đã cách ly câu chữ ở ô này: viết lại bằng câu chữ được phép, hoặc để trống, rồi lưu."
                    ),
                )
            if isinstance(field, forms.FileField) and not self.asks_only and any(map(_brings_hidden, _many(given))):
                self.add_error(
                    name,
                    gettext(
                        "Tệp có câu chữ mà quản trị hệ thống đã cách ly nên không được nhận: bỏ câu chữ ấy rồi tải lên lại."
                    ),
                )
            if not (mark := _mark_of(given, kept=not self.asks_only)):
                continue
            if isinstance(field, forms.FileField):
                words = gettext(
                    "Tệp có dấu độ mật “%(mark)s” nên không được nhận và không được lưu. Hệ thống này ở trên mạng: chỉ ghi "
                    "số, ngày, loại và nơi giữ tài liệu (“đối chiếu tại đơn vị”), hoặc chọn tệp khác."
                )
            else:
                words = gettext(
                    "Nội dung có dấu độ mật “%(mark)s” nên chưa được lưu. Hệ thống này ở trên mạng: bỏ phần thuộc bí mật nhà "
                    "nước; nếu cần dẫn tài liệu, chỉ ghi số, ngày, loại và nơi giữ tài liệu (“đối chiếu tại đơn vị”)."
                )
            self.add_error(None if field.widget.is_hidden else name, words % {"mark": mark})

    def __getitem__(self, name: str) -> forms.BoundField:
        box = super().__getitem__(name)
        if name == self.secrets_field and str(SECRETS_LINE) not in str(box.help_text):
            box.help_text = f"{box.help_text} {SECRETS_LINE}".strip()
        if isinstance(box.field, forms.FileField) and not self.asks_only and str(SCANS_LINE) not in str(box.help_text):
            box.help_text = f"{box.help_text} {SCANS_LINE}".strip()
        return box

    @property
    def secrets_field(self) -> str | None:
        """The field under whose label the line on secrets stands: the first where words or a file are given."""
        if self.asks_only:
            return None
        boxes = [name for name, field in self.fields.items() if _takes_words(field)]
        large = [name for name in boxes if isinstance(self.fields[name].widget, forms.Textarea)]
        return next(iter(large + boxes), None)


def _takes_words(field: forms.Field) -> bool:
    return isinstance(field, forms.FileField) or type(field.widget) in {forms.TextInput, forms.Textarea}


class Form(Guarded, forms.Form):
    """The form of every page."""


class ReasonForm(Form):
    """Why: it is kept, and told to everybody concerned."""

    reason = forms.CharField(label=_("Lý do"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, label: str = "", help_text: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["reason"].label = label
        self.fields["reason"].help_text = help_text


class ModelForm(Guarded, forms.ModelForm):  # type: ignore[type-arg]
    """The form of a page that writes one row."""


class ManyField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several rows by their numbers. A number that no database holds is a wrong choice, not a failure."""

    def clean(self, value: Any) -> Any:
        for one in value or []:
            if not str(one).isascii() or not str(one).isdigit() or len(str(one)) > 18:
                raise forms.ValidationError(self.error_messages["invalid_pk_value"], "invalid_pk_value", {"pk": one})
        return super().clean(value)


class DayInput(forms.DateInput):
    """A day picked in the browser; the value travels as ISO whatever the language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """A day and an hour picked in the browser, in Vietnamese time."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class TimeInput(forms.TimeInput):
    """An hour picked in the browser."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")
