"""Cách ly câu chữ: the administrator finds a text by its kind, number or place, never by its words, and hides it."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Case, IntegerField, Q, Value, When
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from giaouoc.audit.trail import history_of
from giaouoc.files.models import HiddenWords, hidden_row
from giaouoc.ui.forms import submitted
from giaouoc.ui.lists import page_of

from .actions.hiding import hide_words, show_words
from .forms import FindWordsForm, HideWordsForm, ShowWordsForm
from .hideable import KINDS, Kind, elsewhere, files_with, follow, hidden_with, kind_of, new_pieces, pieces_of
from .models import Year
from .pages import administrator_page


def _told(kind: Kind, one: Any, hidden: bool) -> dict[str, Any]:
    """What the administrator may know of a text: what and where it is, never what it says."""
    name, about = kind.name_of(one), follow(one, kind.about) if kind.about else None
    year = follow(one, kind.year) if kind.year else None
    return {
        "name": name[:1].upper() + name[1:],
        "about": "" if about is None or isinstance(about, Year) else str(about),
        "year": year,
        "hidden": hidden,
        "url": reverse("hiding:words", args=[kind.key, one.pk]),
    }


UUID_FORM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
EACH = 50  # rows of a kind when all kinds are looked through


@administrator_page
@require_safe
def words_list(request: Any) -> HttpResponse:
    """Rows of one kind by number and place, hidden ones first; of all kinds, what is hidden or has been asked for."""
    form = FindWordsForm(request.GET or None)
    key, words = "", ""
    if form.is_valid():
        key, words = form.cleaned_data["loai"], form.cleaned_data["tim"].strip()
    address = re.search(r"/([a-z-]+)/\d+/?$", words)
    if not key and address and address[1] in KINDS:
        key = address[1]
    if key:
        page = page_of(request, _found(KINDS[key], words))
        shown = [(KINDS[key], one) for one in page]
    else:
        hidden = HiddenWords.objects.filter(lifted_at=None).values_list("kind", flat=True)
        kinds = [kind for kind in KINDS.values() if words or kind.model._meta.label in set(hidden)]
        every = [(kind, one) for kind in kinds for one in _found(kind, words, only_hidden=not words)[:EACH]]
        page = page_of(request, every)
        shown = list(page)
    open_ = set(HiddenWords.objects.filter(lifted_at=None).values_list("kind", "row"))
    rows = [_told(kind, one, (kind.model._meta.label, str(one.pk)) in open_) for kind, one in shown]
    return render(request, "clusters/words.html", {"form": form, "page": page, "rows": rows})


def _found(kind: Kind, words: str, *, only_hidden: bool = False) -> Any:
    """The rows of a kind that are asked for, hidden ones first."""
    hidden = HiddenWords.objects.filter(kind=kind.model._meta.label, lifted_at=None)
    rows = [kind.model._meta.pk.to_python(one) for one in hidden.values_list("row", flat=True)]
    first = Case(When(pk__in=rows, then=Value(0)), default=Value(1), output_field=IntegerField())
    found = kind.rows.order_by(first, "-pk")
    if only_hidden:
        return found.filter(pk__in=rows)
    if not words:
        return found
    asked = Q(pk__in=[])
    numbered = words[0].isdigit() or words[-1].isdigit()
    for column in kind.find:
        asked |= Q(**{f"{column}__iregex": _whole_numbers(words)} if numbered else {f"{column}__icontains": words})
    number = re.search(r"(?:^|/)(\d{1,15})/?$", words)
    if number and kind.model._meta.pk.get_internal_type() == "BigAutoField":
        asked |= Q(pk=int(number[1]))
    return found.filter(asked)


def _whole_numbers(words: str) -> str:
    """A pattern for both databases: 'Điều 2' is neither Điều 20 nor Điều 2a."""
    before = "(?<![0-9])" if words[0].isdigit() else ""
    return before + re.escape(words) + ("(?![0-9a-zđ])" if words[-1].isdigit() else "")


@administrator_page
@require_http_methods(["GET", "HEAD", "POST"])
def words(request: Any, kind: str, number: str) -> HttpResponse:
    """Hide the words of one of them, or show them again."""
    if kind not in KINDS or not ((number.isdigit() and len(number) < 19) or UUID_FORM.fullmatch(number)):
        raise Http404
    which = KINDS[kind]
    try:
        one = get_object_or_404(which.rows, pk=which.model._meta.pk.to_python(number))
    except ValidationError as error:
        raise Http404 from error
    kept = hidden_row(one)
    hidden = kept is not None and not new_pieces(one, kept)
    told = _told(which, one, hidden)
    form = (ShowWordsForm if hidden else HideWordsForm)(request.POST if request.method == "POST" else None)
    act = show_words if hidden else hide_words
    said = _("Đã bỏ cách ly câu chữ.") if hidden else _("Đã cách ly câu chữ; từ lúc này không ai xem hoặc tải được.")
    if submitted(request, form, lambda data: act(one, by=request.mandate, now=request.now, **data), said):
        return redirect(f"{reverse('hiding:list')}?loai={kind}")
    will = _comes_back(form, one, kept) if kept is not None and hidden else _goes(form, which, one)
    if kept is not None and not hidden:
        will.insert(0, _("Câu chữ ở đây đã được viết lại sau khi cách ly; nay cách ly cả câu chữ mới."))
    place = [told["name"], told["about"], f"{told['year'].cluster.name}, {told['year'].number}" if told["year"] else ""]
    context = {
        "title": _("Bỏ cách ly câu chữ") if hidden else _("Cách ly câu chữ"),
        "eyebrow": " · ".join(filter(None, place)),
        "will": will,
        "back": "" if hidden else _("Bỏ cách ly được ở chính trang này, kèm lý do."),
        "button": _("Bỏ cách ly câu chữ") if hidden else _("Cách ly câu chữ"),
        "cancel_url": f"{reverse('hiding:list')}?loai={kind}",
        "form": form,
        "near": [_near(row) for row in which.near(one)],
        "history": history_of(one).filter(verb__endswith="_words"),
    }
    return render(request, "clusters/words_hiding.html", context, status=422 if form.errors else 200)


def _near(one: Any) -> dict[str, Any]:
    return _told(kind_of(one), one, hidden_row(one) is not None)


def _comes_back(form: Any, one: Any, hidden: HiddenWords) -> list[str]:
    will = [_("Người có quyền sẽ lại xem và tải được câu chữ này.")]
    if files := len(hidden_with(one, hidden)):
        form.fields["with_files"].help_text = _(
            "%(count)s tệp (tệp Word gốc, bản giấy, bản ký). Không chọn thì bỏ cách ly từng tệp ở danh sách tệp."
        ) % {"count": files}
    else:
        del form.fields["with_files"]
    return will


def _reach(one: Any, pieces: dict[str, list[Any]]) -> str:
    """'Nhật ký (12), Thông báo (3)': in which other rows the pieces stand too."""
    labels = {kind.model: str(kind.label) for kind in KINDS.values()}
    told: dict[str, int] = {}
    for model, count in elsewhere(one, pieces).items():
        label = labels.get(model, _("chỗ khác"))
        told[label] = told.get(label, 0) + count
    return ", ".join(f"{label} ({count})" for label, count in told.items())


def _goes(form: Any, kind: Kind, one: Any) -> list[str]:
    words, every = pieces_of(one, names=False), pieces_of(one)
    if not (names := {column: some for column, some in every.items() if column not in words}):
        del form.fields["names"]
    elif reach := _reach(one, names):
        form.fields["names"].help_text = _(
            "Ghi đúng như thế còn ở: %(where)s. Chọn thì mọi chỗ ấy cũng bị che; không chọn thì tên vẫn hiện."
        ) % {"where": reach}
    else:
        form.fields["names"].initial = True
    will = _always_goes(kind)
    if reach := _reach(one, words):
        will.append(_("Câu chữ này còn đứng ở: %(where)s; mọi chỗ ấy cũng bị che.") % {"where": reach})
    if files := len(files_with(one, words)):
        will.append(_("%(count)s tệp được cách ly cùng.") % {"count": files})
    return will


def _always_goes(kind: Kind) -> list[str]:
    will = [
        _(
            "Trang, bản Word, PDF, Excel, Akoma Ntoso, lịch, thư và mọi địa chỉ khác ngừng hiện câu chữ này ngay, với tất cả mọi người; thay vào đó là một câu báo đã cách ly."
        ),
        _("Tệp đã lưu làm từ câu chữ ấy (tệp Word gốc của dự thảo, bản giấy đã nhập thay, bản ký) cũng được cách ly."),
        _(
            "Câu chữ vẫn nằm trong cơ sở dữ liệu và bản sao lưu; mã văn bản không đổi; nhật ký giữ ai làm, lúc nào, vì sao."
        ),
    ]
    if kind.whole:
        will.append(
            _("Ý kiến, trả lời chép lại câu chữ của dự thảo, và dự thảo khác có câu chữ ấy, thì cách ly riêng.")
        )
    else:
        will.append(
            _(
                "Chỗ khác chép lại đúng câu chữ ấy cũng được che; câu dưới bốn chữ chỉ che ở cùng loại ô. Nói lại bằng lời khác, tệp đính kèm và thư đã gửi thì không che được: cách ly riêng, báo người nhận."
            )
        )
    return will
