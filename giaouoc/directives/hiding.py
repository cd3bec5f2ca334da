"""What an administrator can hide here: the words of a directive, of a task and of what was said about it."""

from django.utils.translation import gettext_lazy

from giaouoc.clusters.hideable import Kind, register

from .models import Directive, DirectiveTask, TaskEntry

register(
    Kind(
        "chi-dao",
        gettext_lazy("Ý kiến chỉ đạo"),
        Directive,
        ("words", "speaker", "occasion"),
        names=("speaker", "occasion"),
        about="year",
        find=("speaker", "occasion"),
        year="year",
    ),
    Kind(
        "nhiem-vu",
        gettext_lazy("Nhiệm vụ được giao"),
        DirectiveTask,
        ("text", "measure"),
        about="unit",
        find=("unit__short_name",),
        year="directive__year",
    ),
    Kind(
        "bao-cao",
        gettext_lazy("Báo cáo, hỏi đáp về nhiệm vụ"),
        TaskEntry,
        ("words",),
        about="task__unit",
        find=("task__unit__short_name",),
        year="task__directive__year",
    ),
)
