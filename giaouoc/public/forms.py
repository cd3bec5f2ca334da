"""What is typed for an article."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from giaouoc.clusters.models import Year
from giaouoc.programme.models import Pact, PactState
from giaouoc.ui.forms import Form, ModelForm

from .models import Article


class ArticleForm(ModelForm):
    """Title, lead, text, tags, byline; a sealed pact may be shown beside the text."""

    tags = forms.CharField(
        label=_("Thẻ"),
        required=False,
        help_text=_("Cách nhau bằng dấu phẩy, thí dụ: Thi đua, Dân vận."),
        max_length=400,
    )

    field_order = ("title", "lead", "body", "tags", "byline", "pact")

    class Meta:
        model = Article
        fields = ("title", "lead", "body", "byline", "pact")
        labels = {
            "title": _("Tiêu đề"),
            "lead": _("Đoạn dẫn"),
            "body": _("Nội dung"),
            "byline": _("Người viết, ghi theo chức trách"),
            "pact": _("Giao ước nêu kèm"),
        }
        help_texts = {
            "body": _("Mỗi đoạn cách nhau một dòng trống."),
            "byline": _("Thí dụ: Thư ký Cụm. Không ghi tên riêng."),
            "pact": _("Trang tin hiện văn bản đã ký, số chữ ký và mã văn bản."),
        }
        widgets = {"lead": forms.Textarea(attrs={"rows": 3}), "body": forms.Textarea(attrs={"rows": 16})}

    def __init__(self, *args: object, year: Year, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["pact"].queryset = Pact.objects.filter(year=year, state=PactState.SEALED)  # type: ignore[attr-defined]
        self.fields["pact"].empty_label = _("Không nêu giao ước")  # type: ignore[attr-defined]
        if not self.fields["pact"].queryset.exists():  # type: ignore[attr-defined]
            del self.fields["pact"]
        self.fields["byline"].required = False
        if self.instance.pk:
            self.initial["tags"] = ", ".join(self.instance.tags)

    def clean_tags(self) -> list[str]:
        return [tag.strip() for tag in self.cleaned_data["tags"].split(",") if tag.strip()]


class FigureForm(Form):
    """A picture with its words."""

    picture = forms.FileField(
        label=_("Ảnh"),
        help_text=_("JPEG, PNG hoặc WebP, tối đa 10 MB. Dữ liệu vị trí và máy ảnh trong tệp được bỏ."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    caption = forms.CharField(label=_("Chú thích"), max_length=300)
    alt = forms.CharField(
        label=_("Mô tả cho người không nhìn thấy ảnh"),
        max_length=300,
        help_text=_("Ảnh cho thấy gì, trong một câu. Ảnh có người nhận ra được: đã được họ đồng ý đăng."),
    )


class FigureWordsForm(FigureForm):
    """The words of a picture that is there."""

    picture = None  # type: ignore[assignment]
