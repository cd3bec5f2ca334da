"""The acts of this slice, in words."""

from django.utils.translation import gettext_noop

from giaouoc.audit.verbs import register

register(
    {
        "public.write_article": gettext_noop("đã viết nháp tin “%(title)s”"),
        "public.change_article": gettext_noop("đã sửa tin “%(title)s”"),
        "public.publish_article": gettext_noop("đã đăng tin “%(title)s”"),
        "public.take_down_article": gettext_noop("đã gỡ tin “%(title)s” về nháp"),
        "public.add_figure": gettext_noop("đã thêm ảnh “%(caption)s”"),
        "public.change_figure": gettext_noop("đã sửa chú thích ảnh “%(caption)s”"),
        "public.remove_figure": gettext_noop("đã bỏ ảnh “%(caption)s”"),
    }
)
