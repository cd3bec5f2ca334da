"""What is handed in for verification."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from giaouoc.ui.forms import DayInput, Form

from .engine.process import MAX_BYTES
from .remote_accounts import VERSIONS


class UploadForm(Form):
    """A file to verify; it is read and forgotten."""

    asks_only = True

    file = forms.FileField(label="", allow_empty_file=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = _("Tệp PDF đã ký")
        self.fields["file"].help_text = _("Tối đa 30 MB. Tệp chỉ được đọc để kiểm tra, không lưu lại gì.")
        self.fields["file"].widget.attrs["accept"] = "application/pdf,.pdf"

    def clean_file(self) -> UploadedFile:
        """Refuse what is larger than verification reads."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(_("Tệp lớn hơn 30 MB nên không kiểm tra được."))
        if not file.size:
            raise forms.ValidationError(_("Tệp trống."))
        return file


class SignedFileForm(UploadForm):
    """The current revision, signed with the agency's own tool."""

    asks_only = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("Tối đa 30 MB. Tệp không được nhận thì không lưu lại.")


class PictureForm(Form):
    """A picture for the frame of one's own signature or stamp."""

    picture = forms.FileField(label="", widget=forms.FileInput(attrs={"accept": "image/png"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["picture"].label = _("Hình (PNG)")
        self.fields["picture"].help_text = _(
            "PNG, tối đa 1 MB, mỗi cạnh từ 60 đến 2.000 điểm ảnh; nền trong suốt thành nền trắng."
        )


class PhoneForm(Form):
    """What a signing service wants typed, if anything."""

    secret = forms.CharField(label="", max_length=100, required=False, strip=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["secret"].label = _("Mã PIN hoặc OTP, nếu dịch vụ ký đòi")
        self.fields["secret"].help_text = _(
            "Để trống khi xác nhận ngay trên điện thoại. Đòi cả hai thì gõ PIN, dấu cách, OTP. Không lưu lại."
        )
        self.fields["secret"].widget = forms.PasswordInput(attrs={"autocomplete": "off"})


class CodeForm(Form):
    """The code that is printed on a document."""

    asks_only = True

    ma = forms.CharField(label="", max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ma"].label = _("Mã in trên văn bản")
        self.fields["ma"].help_text = _("Chín chữ và số, thí dụ K7M-2QX-9BD; không phân biệt chữ hoa, chữ thường.")
        self.fields["ma"].widget.attrs |= {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class SignForm(Form):
    """What was read is what is signed: the fingerprint of the page travels with the signature."""

    asks_only = True

    text_hash = forms.CharField(widget=forms.HiddenInput)
    read = forms.BooleanField(label="")
    secret = forms.CharField(label="", max_length=200, strip=False)

    def __init__(self, *args: Any, shown: str = "", password_label: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if password_label:
            self.fields["secret"].label = password_label
            self.fields["secret"].help_text = _("Chỉ dùng cho lần ký này, không lưu lại.")
            self.fields["secret"].widget = forms.PasswordInput(attrs={"autocomplete": "off"})
        else:
            del self.fields["secret"]
        self.fields["read"].label = _("Đã đọc toàn văn văn bản có dấu vân tay %(hash)s") % {"hash": shown}


class LastDayForm(Form):
    """Until when a document may be signed."""

    last_day = forms.DateField(label="", required=False, widget=DayInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_day"].label = _("Hạn ký")
        self.fields["last_day"].help_text = _(
            "Hết ngày này mà chưa đủ chữ ký thì vòng ký tự khép; để trống nếu không định."
        )


class AccountForm(Form):
    """A unit's account at a signing service. ``has``: one is kept, whose secret stays when none is typed."""

    url = forms.CharField(label="", max_length=300)
    version = forms.ChoiceField(label="", choices=[(one, one) for one in VERSIONS])
    client = forms.CharField(label="", max_length=200)
    secret = forms.CharField(
        label="", max_length=500, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "off"})
    )
    credential = forms.CharField(label="", max_length=200, required=False)

    def __init__(self, *args: Any, has: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["url"].label = _("Địa chỉ của dịch vụ")
        self.fields["url"].help_text = _("Bắt đầu bằng https://, phần đứng trước /csc/…")
        self.fields["version"].label = _("Phiên bản của chuẩn CSC")
        self.fields["client"].label = _("Mã ứng dụng (client_id)")
        self.fields["secret"].label = _("Mật khẩu của ứng dụng (client_secret)")
        self.fields["secret"].required = not has
        if has:
            self.fields["secret"].help_text = _(
                "Để trống thì giữ mật khẩu đang có; đổi địa chỉ hoặc mã ứng dụng thì phải ghi lại."
            )
        self.fields["credential"].label = _("Mã khóa (credentialID)")
        self.fields["credential"].help_text = _("Chỉ cần khi tài khoản có nhiều khóa.")
