"""What an administrator can hide here: the year's theme and rules, a person's post, and what the lower layers keep."""

from django.utils.translation import gettext_lazy

from giaouoc.audit.models import AuditEvent
from giaouoc.files.models import StoredFile
from giaouoc.notices.models import Message

from .hideable import Kind, register
from .models import FocusArea, Mandate, Year, YearRule

SAID = ("reason", "words", "text", "caption")  # what of an act's data somebody typed

register(
    Kind("nam", gettext_lazy("Chủ đề của năm"), Year, ("theme_of", "theme"), about="cluster"),
    Kind("trong-tam", gettext_lazy("Nội dung trọng tâm"), FocusArea, ("text",), about="year", year="year"),
    Kind("quy-dinh", gettext_lazy("Căn cứ của quy định"), YearRule, ("basis",), about="year", year="year"),
    Kind(
        "tu-cach",
        gettext_lazy("Chức vụ, văn bản ủy quyền"),
        Mandate,
        ("post", "delegation_number"),
        about="unit",
        find=("unit__short_name",),
    ),
    Kind("thong-bao", gettext_lazy("Thông báo"), Message, ("subject", "body"), find=("subject",)),
    Kind("ten-tep", gettext_lazy("Tên tệp"), StoredFile, ("name",), find=("name",)),
    Kind(
        "nhat-ky",
        gettext_lazy("Lời ghi trong nhật ký"),
        AuditEvent,
        ("data",),
        find=("verb",),
        said=lambda one: {"data": "\n".join(str(one.data[key]) for key in SAID if key in one.data)},
    ),
)
