"""What is typed about people, members, rules and years."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from giaouoc.lib.vietnamese import one_line
from giaouoc.ui.forms import Form, ManyField, ReasonForm

from .hideable import KINDS
from .models import BodyKind, Capacity, Cluster, MemberRole, Role, Unit, Year
from .rules.year_rules import CHOICES, DEFAULTS, Share
from .words import CHOICE_WORDS, base_words

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day, by the browser's own picker or typed as 06-3-2026."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        options.setdefault("input_formats", ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"])
        super().__init__(**options)


class InviteForm(Form):
    """A person for a unit: mail, name, role, from when; a deputy's written delegation."""

    email = forms.EmailField(label=_("Địa chỉ thư công vụ"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    name = forms.CharField(label=_("Tên hiển thị"), max_length=200)
    role = forms.ChoiceField(label=_("Vai trò"))
    post = forms.CharField(label=_("Chức vụ"), max_length=100, required=False, help_text=_("Thí dụ: Trưởng Ban."))
    since = DayField(label=_("Từ ngày"))
    capacity = forms.ChoiceField(
        label=_("Tư cách ký"),
        choices=Capacity.choices,
        required=False,
        help_text=_("Chỉ dùng cho lãnh đạo; quyết định trước khi khóa giao ước."),
    )
    delegation_number = forms.CharField(
        label=_("Số, ký hiệu văn bản ủy quyền"), max_length=100, required=False, help_text=_("Bắt buộc khi ký thay.")
    )
    delegation_date = DayField(label=_("Ngày văn bản ủy quyền"), required=False)
    delegation_paper = forms.FileField(
        label=_("Văn bản ủy quyền (PDF)"), required=False, widget=forms.FileInput(attrs={"accept": "application/pdf"})
    )

    def __init__(self, *args: Any, supervises: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [Role.OBSERVER] if supervises else [Role.SECRETARY, Role.LEADER, Role.CLERK, Role.ASSESSOR]
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]

    def clean_delegation_paper(self) -> Any:
        paper = self.cleaned_data["delegation_paper"]
        if paper and (paper.size > 20 * 1024 * 1024 or paper.read(5) != b"%PDF-"):
            raise forms.ValidationError(_("Hãy chọn một tệp PDF, tối đa 20 MB."))
        if paper:
            paper.seek(0)
        return paper


class FindFileForm(Form):
    """Which stored files to list."""

    asks_only = True
    tim = forms.CharField(label=_("Tên tệp hoặc mã SHA-256"), required=False, max_length=200)


class FindWordsForm(Form):
    """Which words to list."""

    asks_only = True
    loai = forms.ChoiceField(label=_("Loại"), required=False)
    tim = forms.CharField(label=_("Số, địa chỉ hoặc tên nơi chứa"), required=False, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["loai"].choices = [("", _("Mọi loại")), *((kind.key, kind.label) for kind in KINDS.values())]  # type: ignore[attr-defined]


class EndForm(Form):
    """The last day of something."""

    until = DayField(label=_("Ngày cuối cùng"))


class RoleForm(Form):
    """Another role for a member, from a day on."""

    role = forms.ChoiceField(label=_("Vai trò mới"), choices=MemberRole.choices)
    since = DayField(label=_("Từ ngày"))


class AddMemberForm(Form):
    """A unit that joins."""

    unit = forms.ModelChoiceField(label=_("Đơn vị"), queryset=Unit.objects.none())
    since = DayField(label=_("Từ ngày"))

    def __init__(self, *args: Any, year: Year, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = year.memberships.filter(until=None).values("unit")
        units = Unit.objects.exclude(pk__in=taken).exclude(pk=year.cluster.supervising_body_id)
        self.fields["unit"].queryset = units.order_by("sort_key")  # type: ignore[attr-defined]


def _lines(text: str) -> list[str]:
    return [line for raw in text.splitlines() if (line := one_line(raw))]


class ThemeForm(Form):
    """The year's theme and its strands."""

    theme_of = forms.CharField(label=_("Chủ đề năm của"), max_length=100, required=False)
    theme = forms.CharField(
        label=_("Chủ đề năm"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    focus_areas = forms.CharField(
        label=_("Nội dung trọng tâm"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Mỗi dòng một nội dung."),
    )

    def clean_focus_areas(self) -> list[str]:
        return _lines(self.cleaned_data["focus_areas"])[:20]


class RuleForm(Form):
    """One rule: its value in the form that it takes, its clause, confirmed or not."""

    basis = forms.CharField(
        label=_("Căn cứ"),
        max_length=300,
        required=False,
        help_text=_("Điều, khoản của văn bản, thí dụ: khoản 3 Điều 14 Quy chế."),
    )
    confirmed = forms.BooleanField(label=_("Văn bản ấy đã có hiệu lực"), required=False)

    def __init__(self, *args: Any, key: str, value: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key = key
        default = DEFAULTS[key].value
        fields: dict[str, forms.Field]
        if isinstance(default, dict):
            fields = {
                "share": forms.CharField(label=_("Tỷ lệ"), max_length=20, help_text=_("Một phân số, thí dụ 2/3.")),
                "strict": forms.ChoiceField(
                    label=_("Cách đếm"),
                    choices=[("", _("từ tỷ lệ ấy trở lên")), ("1", _("hơn tỷ lệ ấy"))],
                    required=False,
                ),
                "base": forms.ChoiceField(
                    label=_("Tính trên"), choices=[(base, base_words(base)) for base in ("roll", "present", "cast")]
                ),
            }
            share = Share.of(value)
            self.initial.update(
                {"share": str(share.fraction), "strict": "1" if share.strict else "", "base": share.base}
            )
        elif key in CHOICES:
            fields = {
                "value": forms.ChoiceField(
                    label=_("Giá trị"), choices=[(one, CHOICE_WORDS[key][one]) for one in CHOICES[key]]
                )
            }
            self.initial["value"] = value
        elif isinstance(default, bool):
            fields = {
                "value": forms.ChoiceField(
                    label=_("Giá trị"), choices=[("1", _("Có")), ("", _("Không"))], required=False
                )
            }
            self.initial["value"] = "1" if value else ""
        else:
            fields = {"value": forms.IntegerField(label=_("Giá trị"), min_value=0, max_value=365)}
            self.initial["value"] = value
        self.fields = {**fields, **self.fields}

    def rule_value(self) -> Any:
        """The value as ``set_rule`` takes it."""
        data, default = self.cleaned_data, DEFAULTS[self.key].value
        if isinstance(default, dict):
            return {"share": data["share"].replace(" ", ""), "strict": bool(data["strict"]), "base": data["base"]}
        return bool(data["value"]) if isinstance(default, bool) else data["value"]


class NextYearForm(ThemeForm):
    """Open a year from last year's: one role for each unit that stays, theme, people."""

    people = forms.BooleanField(label=_("Chuyển cả nhân sự đang giữ vai trò"), required=False, initial=True)

    def __init__(self, *args: Any, proposed: list[Any], others: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {f"role_{member.unit.code}": member.unit for member in proposed}
        self.units |= {f"role_{unit.code}": unit for unit in others}
        choices = [*MemberRole.choices, ("", _("không tham gia năm này"))]
        roles = {f"role_{member.unit.code}": member.role for member in proposed}
        fields: dict[str, forms.Field] = {}
        for name, unit in self.units.items():
            fields[name] = forms.ChoiceField(label=unit.body_name, choices=choices, required=False)
            self.initial.setdefault(name, roles.get(name, ""))
        self.fields = {**fields, **self.fields}

    def members(self) -> list[tuple[Unit, str]]:
        """(unit, role) of those that take part, in the order of the page."""
        return [(unit, self.cleaned_data[name]) for name, unit in self.units.items() if self.cleaned_data[name]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        heads = [name for name in self.units if data.get(name) == MemberRole.HEAD]
        if len(heads) != 1:
            where = heads[1] if heads else next(iter(self.units), None)
            self.add_error(where, _("Chọn đúng một đơn vị làm Cụm trưởng."))
        return data


PAPERS_OF = [
    ("", _("Theo đơn vị Cụm trưởng")),
    (BodyKind.PARTY, _("Thể thức văn bản của Đảng")),
    (BodyKind.STATE, _("Thể thức văn bản hành chính nhà nước (Nghị định 30/2020/NĐ-CP)")),
]


class UnitForm(Form):
    """A body."""

    code = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9-]{0,19}$", label=_("Mã"), help_text=_("Chữ không dấu, số, gạch nối; thí dụ: CA.")
    )
    name = forms.CharField(label=_("Tên đầy đủ"), max_length=300)
    parent_name = forms.CharField(label=_("Thuộc (cấp ủy, cơ quan)"), max_length=300, required=False)
    short_name = forms.CharField(label=_("Tên gọn"), max_length=100)
    leader_post = forms.CharField(label=_("Chức vụ người đứng đầu"), max_length=100, initial="Trưởng Ban")
    body_kind = forms.ChoiceField(label=_("Loại cơ quan"), choices=BodyKind.choices, initial=BodyKind.PARTY)


class UnitKindForm(Form):
    """What kind of body a unit is."""

    body_kind = forms.ChoiceField(label=_("Loại cơ quan"), choices=BodyKind.choices)


class ClusterForm(Form):
    """A cluster under its supervising body."""

    code = forms.SlugField(label=_("Mã"), max_length=30, help_text=_("Đứng trong địa chỉ trang, thí dụ: 17."))
    name = forms.CharField(label=_("Tên"), max_length=200)
    supervising_body = forms.ModelChoiceField(
        label=_("Cơ quan chỉ đạo, theo dõi"), queryset=Unit.objects.order_by("sort_key")
    )
    sector = forms.CharField(label=_("Lĩnh vực"), max_length=200, required=False)
    place = forms.CharField(label=_("Địa danh trên văn bản"), max_length=100, initial="Thành phố Hồ Chí Minh")
    body_kind = forms.ChoiceField(label=_("Thể thức văn bản của Cụm"), choices=PAPERS_OF, required=False)


class PapersKindForm(Form):
    """Whose layout the papers of a cluster follow."""

    body_kind = forms.ChoiceField(label=_("Thể thức văn bản của Cụm"), choices=PAPERS_OF, required=False)


class FirstYearForm(ThemeForm):
    """The first year of a cluster."""

    number = forms.IntegerField(label=_("Năm"), min_value=2000, max_value=2100)
    head = forms.ModelChoiceField(label=_("Cụm trưởng"), queryset=Unit.objects.none())
    deputy = forms.ModelChoiceField(label=_("Cụm phó"), queryset=Unit.objects.none(), required=False)
    members = ManyField(
        label=_("Các thành viên khác"),
        queryset=Unit.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("number", "head", "deputy", "members", "theme_of", "theme", "focus_areas")

    def __init__(self, *args: Any, cluster: Cluster, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.exclude(pk=cluster.supervising_body_id).order_by("sort_key")
        for name in ("head", "deputy", "members"):
            self.fields[name].queryset = units  # type: ignore[attr-defined]


class HideWordsForm(ReasonForm):
    """Why words are hidden, and whether with who, where and on what occasion."""

    names = forms.BooleanField(label=_("Cả tên gọi, tên người, nơi, dịp, nguồn ghi cùng"), required=False)


class ShowWordsForm(ReasonForm):
    """Why words are shown again, and whether with the files that were hidden with them."""

    with_files = forms.BooleanField(label=_("Cả các tệp đã cách ly cùng lúc"), required=False)


class RetentionForm(Form):
    """How long a kind of data is kept."""

    years = forms.IntegerField(
        label=_("Số năm"), required=False, min_value=1, max_value=100, help_text=_("Để trống là lưu vĩnh viễn.")
    )
    basis = forms.CharField(
        label=_("Căn cứ"), required=False, max_length=300, help_text=_("Văn bản quy định thời hạn này.")
    )
