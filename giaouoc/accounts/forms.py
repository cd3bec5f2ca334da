"""What is typed when an invited person opens the account; passkeys, where the library's words do not say enough."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn import forms as keys
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from giaouoc.ui.forms import Form, Guarded

from .models import User


def _password_help() -> str:
    return format_html_join(" ", "{}", ((text,) for text in password_validators_help_texts()))


class InvitationForm(Form):
    """A password, twice."""

    password1 = forms.CharField(
        label=_("Mật khẩu"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )
    password2 = forms.CharField(
        label=_("Mật khẩu, ghi lại lần nữa"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )

    def __init__(self, *args: object, person: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.person = person
        self.fields["password1"].help_text = _password_help()

    def clean_password1(self) -> str:
        password: str = self.cleaned_data["password1"]
        validate_password(password, self.person)
        return password

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        if data.get("password1") and data.get("password2") and data["password1"] != data["password2"]:
            self.add_error("password2", _("Hai lần ghi mật khẩu không giống nhau."))
        return data


class AddKeyForm(Guarded, keys.AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey and what its owner calls it."""

    asks_only = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Tên của khóa")
        self.fields["name"].help_text = _("Để nhận ra về sau, chẳng hạn: Điện thoại, Máy tính cơ quan.")


class RenameKeyForm(Guarded, keys.EditWebAuthnForm):  # type: ignore[misc]
    """What the owner calls a passkey."""

    asks_only = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Tên của khóa")


class _KnownKey:
    """A passkey that the account does not know, or no longer, is refused in words of its own."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except ValidationError as error:
            words = _(
                "Khóa này không dùng được cho tài khoản, hoặc đã bị bỏ. Hãy đăng nhập cách khác rồi thêm lại khóa."
            )
            raise ValidationError(words, code="unknown_key") from error


class KeyLoginForm(_KnownKey, keys.LoginWebAuthnForm):  # type: ignore[misc]
    """Signing in with a passkey alone."""


class KeyStepForm(_KnownKey, keys.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey after the password."""


class KeyAgainForm(_KnownKey, keys.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey before something that touches the security of the account."""
