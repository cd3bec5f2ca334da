"""How forms look: an error summary that leads to the fields, each field with its help and its errors tied to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting

from giaouoc.lib.errors import Invalid

from .say import done


def tried(form: forms.BaseForm, act: Callable[[dict[str, Any]], Any]) -> bool:
    """Whether the form was sent, is good and the act was done with what it holds.

    What the act does not accept stands at its field, or on top of the form."""
    if not (form.is_bound and form.is_valid()):
        return False
    try:
        act(form.cleaned_data)
    except Invalid as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    return True


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
