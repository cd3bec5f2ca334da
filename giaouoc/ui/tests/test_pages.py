"""The frame: patterns, refusals, choices."""

import re

import pytest
from django.core.exceptions import RequestDataTooBig
from django.template.loader import render_to_string
from django.test import RequestFactory

from giaouoc.lib.errors import Invalid, NotAllowed, NotFound, WrongState
from giaouoc.ui import patterns, views
from giaouoc.ui.errors import words_of
from giaouoc.ui.middleware import Refusals
from giaouoc.ui.pages import back_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(rf):
    def ask(path="/x/", method="get", **headers):
        from django.contrib.auth.models import AnonymousUser

        request = getattr(rf, method)(path, **headers)
        request.user, request.htmx = AnonymousUser(), False
        return request

    return ask


def test_the_pattern_page_shows_every_component(client):
    page = client.get("/tro-giup/mau/").content.decode()
    parts = "head state theme next line artefact members todo gate doc note strip verdict hash factbox table filter pagination"
    for name in (parts + " form errors steps waiting message refusal--here empty history qr compare versions").split():
        assert re.search(rf'class="[^"]*\b{name}\b', page), name
    assert "style=" not in page
    assert client.get("/tro-giup/mau/man-hinh/").status_code == 200


def test_ids_on_the_pattern_page_are_unique(client):
    ids = re.findall(r'\bid="([^"]+)"', client.get("/tro-giup/mau/").content.decode())
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(("error", "status"), [(NotAllowed, 403), (NotFound, 404), (WrongState, 409), (Invalid, 422)])
def test_a_refusal_says_what_happened_and_what_can_be_done(ask, error, status):
    answer = Refusals(None).process_exception(ask(), error("Còn 3 ý kiến chưa trả lời.", "Trả lời rồi trình lại."))
    page = answer.content.decode()
    assert answer.status_code == status
    assert "Còn 3 ý kiến chưa trả lời." in page and "Trả lời rồi trình lại." in page and words_of(status).title in page


def test_a_refusal_always_gives_advice(ask):
    page = Refusals(None).process_exception(ask(), NotAllowed("Không được.")).content.decode()
    assert words_of(403).advice in page


def test_a_refusal_escapes_what_it_quotes(ask):
    page = Refusals(None).process_exception(ask(), Invalid("<script>x</script>", "<img src=x>")).content.decode()
    assert "<script>x" not in page and "<img src=x" not in page


def test_htmx_gets_the_refusal_as_lines_on_top_of_the_page_that_stays(ask):
    request = ask()
    request.htmx = type("Htmx", (), {"boosted": False, "__bool__": lambda self: True})()
    answer = Refusals(None).process_exception(request, WrongState("Đã đóng."))
    assert answer["HX-Retarget"] == "#refusals" and answer.status_code == 409
    assert "<html" not in answer.content.decode()


def test_other_errors_rise(ask):
    assert Refusals(None).process_exception(ask(), ValueError("x")) is None


def test_an_address_that_only_takes_a_form_says_so(client):
    answer = client.get("/tro-giup/giao-dien/")
    assert answer.status_code == 405 and answer["Allow"] == "POST"
    assert words_of(405).title in answer.content.decode()


def test_a_missing_page_is_a_page(client):
    answer = client.get("/khong-co/")
    assert answer.status_code == 404 and words_of(404).title in answer.content.decode()


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 422, 429, 500, 502])
def test_every_status_has_words_without_exclamation(status):
    assert all(part and "!" not in part for part in words_of(status))


def test_too_large_a_request_is_413(ask):
    assert views.bad_request(ask(), RequestDataTooBig()).status_code == 413
    assert views.bad_request(ask(), None).status_code == 400


def test_a_fault_is_told_without_database_or_session(django_db_blocker, ask):
    with django_db_blocker.block():
        answer = views.server_error(ask())
    assert answer.status_code == 500 and words_of(500).sentence in answer.content.decode()


def test_a_fault_is_told_even_when_templates_are_broken(ask, monkeypatch):
    from giaouoc.ui import pages

    def broken(name):
        raise OSError(name)

    monkeypatch.setattr(pages.loader, "get_template", broken)
    assert words_of(500).sentence in views.server_error(ask()).content.decode()


def test_a_stale_form_is_explained(ask):
    assert "Biểu mẫu đã hết hiệu lực" in views.csrf_failure(ask(), "x").content.decode()


def test_too_many_requests_have_their_page(rf):
    assert "Thao tác quá nhanh" in render_to_string("429.html", request=rf.get("/"))


@pytest.mark.parametrize(
    ("came", "back"),
    [
        ("http://testserver/cum/17/2026/?a=1", "/cum/17/2026/?a=1"),
        ("http://testserver/x/", ""),
        ("https://evil.example/x/", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_the_way_back_leads_only_to_our_own_pages(ask, came, back):
    assert back_url(ask(HTTP_REFERER=came)) == back


def test_a_theme_is_kept_and_shown_from_the_next_page(client):
    answer = client.post("/tro-giup/giao-dien/", {"theme": "dark", "next": "/tro-giup/mau/"})
    assert answer.status_code == 302 and answer["Location"] == "/tro-giup/mau/"
    assert (
        '<html lang="vi" data-theme="dark">' in client.get("/tro-giup/mau/", HTTP_ACCEPT_LANGUAGE="vi").content.decode()
    )
    client.post("/tro-giup/giao-dien/", {"theme": "auto"})
    assert "data-theme" not in client.get("/tro-giup/mau/").content.decode()


def test_a_language_is_kept(client):
    client.post("/tro-giup/giao-dien/", {"language": "en"})
    assert '<html lang="en"' in client.get("/tro-giup/mau/").content.decode()
    client.post("/tro-giup/giao-dien/", {"language": "xx"})
    assert '<html lang="en"' in client.get("/tro-giup/mau/").content.decode()


@pytest.mark.parametrize("after", ["https://evil.example/", "//evil.example/", "javascript:x", ""])
def test_a_choice_never_leads_elsewhere(client, after):
    assert client.post("/tro-giup/giao-dien/", {"theme": "light", "next": after})["Location"] == "/"


def test_a_strange_theme_in_the_cookie_is_not_shown(client):
    client.cookies["theme"] = '"><script>'
    assert "data-theme" not in client.get("/tro-giup/mau/").content.decode()


def test_a_field_is_tied_to_its_help_and_its_errors():
    form = patterns.PatternForm({"points": "12"}, auto_id="id_%s")
    form.is_valid()
    page = form.render()
    assert 'href="#id_points"' in page and 'id="id_points_error"' in page and 'id="id_points_helptext"' in page
    assert 'aria-invalid="true"' in page and 'aria-describedby="id_points_helptext id_points_error"' in page
    assert 'value="12"' in page  # what was typed stays
    assert "bắt buộc" in page


def test_an_error_of_radio_buttons_leads_to_their_group():
    form = patterns.PatternForm({}, auto_id="id_%s")
    form.is_valid()
    page = form.render()
    assert re.search(r'<fieldset[^>]* id="id_kind"', page) or 'id="id_kind"' in page
    for target in re.findall(r'href="#([^"]+)"', page):
        assert page.count(f'id="{target}"') == 1, target


def test_what_was_typed_cannot_become_markup():
    form = patterns.PatternForm({"where": "</textarea><script>x", "unit": "<script>y"})
    form.is_valid()
    assert "<script>" not in form.render()


HOSTILE = '"><script>x</script>'
COMPONENTS = {
    "ui/head.html": {
        "title": HOSTILE,
        "eyebrow": HOSTILE,
        "lead": HOSTILE,
        "state": HOSTILE,
        "state_label": HOSTILE,
        "hash": HOSTILE,
    },
    "ui/state.html": {"state": HOSTILE, "label": HOSTILE},
    "ui/next.html": {
        "title": HOSTILE,
        "sentence": HOSTILE,
        "url": HOSTILE,
        "act": HOSTILE,
        "due": "2026-02-28",
        "now": patterns.TODAY,
    },
    "ui/theme.html": {"words": HOSTILE, "strands": [HOSTILE], "label": HOSTILE},
    "ui/artefact.html": {
        "title": HOSTILE,
        "url": HOSTILE,
        "state": HOSTILE,
        "state_label": HOSTILE,
        "blockers": [HOSTILE],
    },
    "ui/members.html": {"members": [{"name": HOSTILE, "role_label": HOSTILE}]},
    "ui/todo.html": {"items": [{"text": HOSTILE, "detail": HOSTILE, "url": HOSTILE}], "now": patterns.TODAY},
    "ui/gate.html": {
        "say": HOSTILE,
        "blockers": [HOSTILE],
        "acts": [{"label": HOSTILE, "url": HOSTILE}, {"label": HOSTILE, "why": HOSTILE}],
    },
    "ui/strip.html": {"slots": [{"name": HOSTILE, "state": HOSTILE, "who": HOSTILE, "lines": [HOSTILE]}]},
    "ui/verdict.html": {
        "state": HOSTILE,
        "word": HOSTILE,
        "facts": [{"label": HOSTILE, "text": HOSTILE, "strong": HOSTILE}],
    },
    "ui/factbox.html": {
        "facts": [{"label": HOSTILE, "text": HOSTILE, "url": HOSTILE}, {"label": HOSTILE, "hash": HOSTILE}]
    },
    "ui/facts.html": {"facts": [{"label": HOSTILE, "text": HOSTILE, "url": HOSTILE}]},
    "ui/table.html": {
        "caption": HOSTILE,
        "columns": [{"label": HOSTILE}, {"label": HOSTILE}],
        "rows": [[HOSTILE, {"text": HOSTILE, "url": HOSTILE}]],
    },
    "ui/history.html": {"events": [{"at": patterns.TODAY, "actor": HOSTILE, "sentence": HOSTILE}]},
    "ui/empty.html": {"title": HOSTILE, "next": HOSTILE},
    "ui/steps.html": {"steps": [{"label": HOSTILE, "state": "now"}]},
    "ui/waiting.html": {"sentence": HOSTILE},
    "ui/tabs.html": {"tabs": [{"url": HOSTILE, "label": HOSTILE}]},
    "ui/refusal_part.html": {"sentence": HOSTILE, "advice": HOSTILE},
    "ui/confirm.html": {
        "title": HOSTILE,
        "will": [HOSTILE],
        "back": HOSTILE,
        "button": HOSTILE,
        "cancel_url": HOSTILE,
        "action": HOSTILE,
    },
    "ui/room.html": {
        "top": HOSTILE,
        "title": HOSTILE,
        "facts": [{"label": HOSTILE, "text": HOSTILE}],
        "clock": patterns.TODAY,
    },
}


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_escapes_what_people_wrote(name, ask):
    page = render_to_string(name, COMPONENTS[name], request=ask())
    assert "script" in page and "<script>x" not in page and '"><' + "script" not in page


def test_a_red_act_that_may_not_be_done_shows_its_reason_instead_of_the_button(ask):
    page = render_to_string(
        "ui/act.html", {"act": {"label": "Trình", "why": "Còn 3 ý kiến.", "url": "/t/"}}, request=ask()
    )
    assert "disabled" in page and "Còn 3 ý kiến." in page and "/t/" not in page


def test_a_message_can_be_taken_back_by_a_post(rf):
    from django.contrib.messages.storage.cookie import CookieStorage

    from giaouoc.ui.say import done

    request = rf.get("/")
    request._messages = CookieStorage(request)
    done(request, "Đã bỏ 1 ý kiến.", undo="/khoi-phuc/5/")
    page = render_to_string("ui/messages.html", {"messages": list(request._messages)}, request=request)
    assert '<form method="post" action="/khoi-phuc/5/">' in page and "Đã bỏ 1 ý kiến." in page


def test_thirty_units_sign_in_a_strip_of_rows():
    slots = [{"name": f"Đơn vị {n}", "state": "waiting"} for n in range(30)]
    assert "strip--many" in render_to_string("ui/strip.html", {"slots": slots})
    assert "strip--many" not in render_to_string("ui/strip.html", {"slots": slots[:5]})


def test_a_list_offers_its_pages_and_keeps_the_filter():
    from giaouoc.ui.lists import page_of, sort_of

    request = RequestFactory().get("/", {"q": "5", "trang": "2", "sap-xep": "-han"})
    page = page_of(request, range(230))
    shown = render_to_string("ui/pagination.html", {"page": page}, request=request)
    assert "Trang 2/5" in shown and "q=5" in shown and "trang=1" in shown and "trang=3" in shown
    assert sort_of(request, ["han"], "ten") == "-han" and sort_of(request, ["ten"], "ten") == "ten"
    assert page_of(RequestFactory().get("/", {"trang": "x"}), range(3)).number == 1
    assert page_of(RequestFactory().get("/", {"trang": "99"}), range(120)).number == 3


def test_what_somebody_signed_in_gets_stays_out_of_shared_caches(world, client):
    assert "Cache-Control" not in client.get("/xac-minh/")
    world.sign_in(client, "secretary:CA")
    assert client.get(world.url())["Cache-Control"] == "private, no-cache"
    assert client.get("/khong-co/")["Cache-Control"] == "private, no-cache"
