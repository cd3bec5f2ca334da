"""Which addresses show a page, and as whom and when each shows a different one: what the browser looks at.

A row for every route that shows a page: ``stage account``, once for each different view; ``empty`` behind it sends the page's
form with nothing filled in and looks at the answer. The stages follow one another as in a year:

*consulting* the demonstration: a round is open; *imported*, *closed*, *redrafted*, *answered*, *tabled*, *planned* (the conference has an
agenda), *convened*, *presence* (the conference is open), *voting*, *declaring*, *edited* (a text was adopted with edits from the floor), *keying* (a secret ballot waits for the tally team's key), *balloting* (it stamps papers), *dropping*,
*papers* (counted papers wait), *decided*, *noted* (the
first directive is written down), *approved* and *countersigned* (the minutes, before each signature), *minuted*, *pact* (its draft), *frozen*, *signing*, *sealed* the rehearsal; *door* what needs no account or a link from a mail; *security* one's own second factor."""

from __future__ import annotations

from collections.abc import Callable

from . import access

HEAD, HEAD_LEADER, OWN, LEADER = "thuky.cqd", "lanhdao.cqd", "thuky.dhqg", "lanhdao.dhqg"
OTHER, OTHER_LEADER = "thuky.ca", "lanhdao.ca"
STRANGER, INVITED, NOBODY, ASSESSOR, OBSERVER, ADMIN = (
    "-",
    "moi",
    "khong-vai-tro",
    "thamdinh.ca",
    "theodoi.btgdv",
    "quantri",
)

VIEWS: dict[str, list[str]] = {
    "account_change_password": [f"security {OWN}"],
    "account_inactive": [f"door {STRANGER}"],
    "account_login": [f"door {STRANGER}", f"door {STRANGER} empty"],
    "account_logout": [f"security {OWN}"],
    "account_reauthenticate": [f"security {OWN}"],
    "account_reset_password": [f"door {STRANGER}"],
    "account_reset_password_done": [f"door {STRANGER}"],
    "account_reset_password_from_key": [f"door {STRANGER}"],
    "account_reset_password_from_key_done": [f"door {STRANGER}"],
    "account_set_password": [f"door {INVITED}"],
    "account_signup": [f"door {STRANGER}"],
    "administration:accounts": [f"consulting {ADMIN}"],
    "administration:file": [f"consulting {ADMIN}"],
    "administration:files": [f"consulting {ADMIN}"],
    "hiding:list": [f"consulting {ADMIN}"],
    "hiding:words": [f"consulting {ADMIN}"],
    "administration:first-year": [f"consulting {ADMIN}"],
    "administration:home": [f"consulting {ADMIN}"],
    "administration:invite": [f"consulting {ADMIN} empty"],
    "administration:new-cluster": [f"consulting {ADMIN}"],
    "administration:papers-kind": [f"consulting {ADMIN}"],
    "administration:retention": [f"consulting {ADMIN}"],
    "administration:retention-change": [f"consulting {ADMIN}"],
    "administration:new-unit": [f"consulting {ADMIN}"],
    "accounts:account": [f"consulting {ADMIN}", f"consulting {ADMIN} empty"],
    "accounts:accounts": [f"consulting {ADMIN}"],
    "accounts:removal": [f"consulting {ADMIN}"],
    "administration:unit-kind": [f"consulting {ADMIN}"],
    "administration:year": [f"consulting {ADMIN}"],
    "ballots:public": [f"balloting {STRANGER}", f"dropping {STRANGER} empty", f"sealed {STRANGER}"],
    "ceremony:cancel": [f"signing {HEAD_LEADER}"],
    "ceremony:ceremony": [f"signing {HEAD_LEADER}", f"sealed {OWN}"],
    "ceremony:picture": [f"frozen {LEADER}", f"frozen {LEADER} empty"],
    "ceremony:refuse": [f"frozen {LEADER}"],
    "ceremony:sign": [f"frozen {LEADER}"],
    "clusters:change-role": [f"consulting {HEAD}"],
    "clusters:end-mandate": [f"consulting {HEAD}"],
    "clusters:invite": [f"consulting {HEAD}"],
    "clusters:join": [f"consulting {HEAD}"],
    "clusters:leave": [f"consulting {HEAD}"],
    "clusters:next-year": [f"consulting {HEAD}"],
    "clusters:people": [f"consulting {HEAD}", f"consulting {OWN}", f"consulting {OBSERVER}"],
    "clusters:rule": [f"consulting {HEAD}"],
    "clusters:rules": [f"consulting {HEAD}", f"consulting {OWN}"],
    "clusters:theme": [f"consulting {HEAD}"],
    "desk:account": [f"consulting {OWN}", f"consulting {ADMIN}"],
    "desk:privacy": [f"door {STRANGER}"],
    "desk:todo": [f"consulting {who}" for who in (HEAD, LEADER, ASSESSOR, OBSERVER, ADMIN, NOBODY)]
    + [f"frozen {LEADER}"],
    "directives:ask": [f"sealed {OTHER_LEADER}"],
    "directives:assign": [f"sealed {HEAD}"],
    "directives:cancel": [f"sealed {OBSERVER}"],
    "directives:change": [f"sealed {OBSERVER}"],
    "directives:confirm": [f"sealed {OBSERVER}"],
    "directives:correct": [f"noted {HEAD}"],
    "directives:directive": [f"sealed {HEAD}", f"sealed {OWN}"],
    "directives:list": [f"consulting {HEAD}", f"sealed {OBSERVER}"],
    "directives:record": [f"consulting {HEAD}", f"consulting {HEAD} empty"],
    "directives:report": [f"sealed {OTHER}", f"sealed {OTHER} empty"],
    "directives:return": [f"sealed {OBSERVER}"],
    "directives:task": [f"sealed {HEAD}", f"sealed {OTHER_LEADER}"],
    "documents:agree": [f"consulting {LEADER}"],
    "documents:answer": [f"closed {HEAD}", f"closed {HEAD} empty"],
    "documents:answers": [f"closed {HEAD}", f"tabled {OWN}"],
    "documents:bundle": [f"consulting {OWN}", f"consulting {LEADER}", f"closed {OWN}"],
    "documents:change-comment": [f"consulting {OWN}"],
    "documents:comment": [f"consulting {OWN}", f"closed {HEAD}"],
    "documents:compare": [f"tabled {OWN}"],
    "documents:correct-clause": [f"consulting {HEAD}"],
    "documents:convert-draft": [f"consulting {HEAD}"],
    "documents:document": [f"consulting {HEAD}", f"consulting {OWN}", f"imported {HEAD_LEADER}", f"closed {HEAD}"]
    + [f"decided {OWN}"],
    "documents:extend-round": [f"consulting {HEAD_LEADER}"],
    "documents:issue": [f"decided {HEAD_LEADER}", f"decided {HEAD_LEADER} empty"],
    "documents:sign": [f"decided {HEAD}", f"decided {HEAD} empty"],
    "documents:start": [f"consulting {HEAD}", f"consulting {HEAD} empty"],
    "documents:import": [f"consulting {HEAD}", f"consulting {HEAD} empty"],
    "documents:import-next": [f"closed {HEAD}"],
    "documents:last-word": [f"tabled {OWN}"],
    "documents:list": [f"consulting {HEAD}", f"sealed {OWN}"],
    "documents:new-writing": [f"consulting {HEAD}", f"consulting {HEAD} empty"],
    "documents:write-clause": [f"consulting {HEAD}"],
    "documents:writing": [f"consulting {HEAD}"],
    "documents:new-comment": [f"consulting {OWN}", f"consulting {OWN} empty"],
    "documents:open-round": [f"imported {HEAD_LEADER}"],
    "documents:pair": [f"redrafted {HEAD}"],
    "documents:preview": [f"consulting {HEAD}"],
    "documents:paper": [f"consulting {HEAD}", f"consulting {HEAD} empty"],
    "documents:paper-remarks": [f"consulting {HEAD}", f"consulting {HEAD} empty"],
    "documents:table": [f"answered {HEAD_LEADER}"],
    "documents:table-without-consultation": [f"imported {HEAD_LEADER}"],
    "documents:version": [f"closed {OWN}"],
    "documents:withdraw": [f"consulting {HEAD_LEADER}"],
    "invitation": [f"door {STRANGER}"],
    "meetings:absent": [f"convened {HEAD}"],
    "meetings:ballot": [
        f"keying {LEADER}",
        f"balloting {LEADER}",
        f"balloting {HEAD_LEADER}",
        f"dropping {HEAD_LEADER}",
        f"sealed {OWN}",
    ],
    "meetings:ballot-papers": [f"papers {HEAD_LEADER}"],
    "meetings:ballot-one-stamp": [f"keying {HEAD_LEADER}", f"keying {HEAD_LEADER} empty"],
    "meetings:ballot-second": [f"keying {OWN}", f"balloting {OWN}", f"dropping {OWN}"],
    "meetings:ballot-tally": [f"papers {HEAD}", f"papers {HEAD} empty"],
    "meetings:ballot-voiding": [f"balloting {HEAD_LEADER}"],
    "meetings:cancel": [f"planned {HEAD}", f"planned {HEAD} empty"],
    "meetings:change": [f"planned {HEAD}"],
    "meetings:closing": [f"decided {HEAD_LEADER}"],
    "meetings:convene": [f"planned {HEAD}"],
    "meetings:decision": [f"voting {LEADER}", f"voting {HEAD_LEADER}", f"declaring {HEAD_LEADER}", f"decided {OWN}"],
    "meetings:final": [f"edited {HEAD_LEADER}", f"edited {HEAD}"],
    "meetings:final-return": [f"edited {HEAD_LEADER}"],
    "meetings:floor": [f"presence {HEAD}"],
    "meetings:item": [f"planned {HEAD}"],
    "meetings:item-removal": [f"planned {HEAD}"],
    "meetings:list": [f"planned {HEAD}", f"sealed {OWN}"],
    "meetings:meeting": [f"planned {HEAD}", f"convened {HEAD}", f"convened {LEADER}", f"presence {HEAD_LEADER}"]
    + [f"decided {HEAD}", f"sealed {OWN}"],
    "meetings:minutes": [f"decided {HEAD}", f"approved {HEAD}", f"countersigned {HEAD_LEADER}", f"minuted {OWN}"],
    "meetings:minutes-signing": [f"approved {HEAD}"],
    "meetings:new": [f"planned {HEAD} empty"],
    "meetings:new-item": [f"planned {HEAD}"],
    "meetings:note": [f"presence {HEAD}"],
    "meetings:note-change": [f"presence {HEAD}"],
    "meetings:put-to-ballot": [f"presence {HEAD_LEADER}", f"presence {HEAD_LEADER} empty"],
    "meetings:put-to-decision": [f"presence {HEAD_LEADER}"],
    "meetings:representation": [f"convened {LEADER}"],
    "meetings:sheets": [f"convened {HEAD}"],
    "meetings:voiding": [f"voting {HEAD_LEADER}"],
    "meetings:vote": [f"voting {HEAD}"],
    "mfa_activate_totp": [f"security {OWN}"],
    "mfa_add_webauthn": [f"security {OWN}"],
    "mfa_authenticate": [f"security {OWN}"],
    "mfa_deactivate_totp": [f"security {OWN}"],
    "mfa_edit_webauthn": [f"security {OWN}"],
    "mfa_generate_recovery_codes": [f"security {OWN}"],
    "mfa_index": [f"security {OWN}"],
    "mfa_list_webauthn": [f"security {OWN}"],
    "mfa_reauthenticate": [f"security {OWN}"],
    "mfa_reauthenticate_webauthn": [f"security {OWN}"],
    "mfa_remove_webauthn": [f"security {OWN}"],
    "mfa_view_recovery_codes": [f"security {OWN}"],
    "news:desk": [f"consulting {HEAD}"],
    "news:edit": [f"consulting {HEAD}"],
    "news:figure-words": [f"consulting {HEAD}"],
    "news:new": [f"consulting {HEAD}"],
    "programme:activities": [f"consulting {HEAD}", f"sealed {OWN}"],
    "programme:activity": [f"consulting {HEAD}"],
    "programme:activity-new": [f"consulting {HEAD} empty"],
    "programme:activity-removal": [f"consulting {HEAD}"],
    "programme:cancel": [f"signing {HEAD_LEADER}"],
    "programme:commitment": [f"pact {HEAD}"],
    "programme:commitment-new": [f"pact {HEAD} empty"],
    "programme:commitment-removal": [f"pact {HEAD}"],
    "programme:freeze": [f"pact {HEAD_LEADER}"],
    "programme:pact": [f"consulting {HEAD}", f"consulting {OWN}", f"pact {HEAD}", f"pact {OWN}", f"frozen {LEADER}"]
    + [f"signing {HEAD}", f"sealed {OWN}"],
    "programme:signers": [f"pact {HEAD}"],
    "programme:version": [f"sealed {OWN}"],
    "programme:words": [f"pact {HEAD}"],
    "public:article": [f"sealed {STRANGER}"],
    "public:front": [f"consulting {STRANGER}", f"consulting {OWN}", f"sealed {STRANGER}"],
    "public:news": [f"consulting {STRANGER}", f"sealed {STRANGER}"],
    "presence-code": [f"presence {LEADER}", f"presence {LEADER} empty"],
    "room": [f"presence {STRANGER}", f"voting {STRANGER}", f"decided {STRANGER}"],
    "signing:verify": [f"consulting {STRANGER}", f"consulting {STRANGER} empty", f"sealed {STRANGER}"],
    "ui:pattern-room": [f"door {STRANGER}"],
    "ui:patterns": [f"door {STRANGER}"],
    "year": [f"consulting {who}" for who in (HEAD, OWN, OBSERVER, STRANGER)]
    + [f"convened {OWN}", f"sealed {HEAD}", f"sealed {STRANGER}"],
}
STEPS = {  # what the rehearsal is about to do -> the stage at which the year stands
    "Mở lấy ý kiến": "imported",
    "Nhập dự thảo 2": "closed",
    "Trả lời từng ý kiến": "redrafted",
    "Trình hội nghị: ": "answered",
    "Gửi giấy mời hội nghị": "tabled",
    "Gửi giấy mời": "planned",
    "Hội nghị: điểm danh": "convened",
    "Đưa ra quyết định: ": "presence",
    "Biểu quyết: ": "voting",
    "Công bố kết quả: ": "declaring",
    "Chốt bản cuối: ": "edited",
    "Khóa của tổ kiểm phiếu: ": "keying",
    "Đóng dấu phiếu kín": "balloting",
    "Bỏ phiếu kín vào hòm": "dropping",
    "Nhập kết quả phiếu giấy": "papers",
    "Giao việc: ": "noted",
    "Bế mạc": "decided",
    "Biên bản: thư ký ký": "approved",
    "Ký biên bản: ": "countersigned",
    "Lập giao ước": "minuted",
    "Khóa giao ước": "pact",
    "5 lãnh đạo ký": "frozen",
    "Ký 1/": "signing",
}
STAGES = {"consulting", "door", "security", "sealed", *STEPS.values()}
FILES = {  # answer by GET with something that is not a page
    "ballots:file", "ballots:state",
    "ceremony:base", "ceremony:document", "ceremony:picture-shown", "clusters:delegation", "desk:calendar", "directives:file", "documents:akoma-ntoso", "documents:answers-sheet", "documents:paper-file", "documents:answers-word", "documents:round-calendar", "documents:changes-table",
    "documents:changes-word", "documents:pdf", "documents:source", "documents:word", "healthz",
    "meetings:invitation-calendar", "meetings:invitation-pdf", "meetings:minutes-pdf", "meetings:ballot-second-stamps", "meetings:minutes-word", "meetings:paper", "mfa_download_recovery_codes", "mfa_login_webauthn", "programme:file", "programme:revision",
    "public:figure", "readyz", "room-pulse", "signing:download", "signing:kit",
}  # fmt: skip
REAL = {"ceremony:file", "ceremony:phone"}  # of real installations: signing/tests, returned_files and phone, walk them
POSTS = {"set_language"}  # of the libraries; of our own the table of access says it


def pages() -> set[str]:
    """The names of the routes that show a page to somebody, sooner or later."""
    refusals, shown = {"sign in", "403", "404", "405"}, {name: set(got) for name, (got, _) in access.written().items()}
    posts = {name for name, got in shown.items() if got <= refusals and ("405" in got or not got)}
    return {route.name for route in access.routes()} - posts - POSTS - FILES - REAL


def rows_of(stage: str) -> list[tuple[str, str, bool]]:
    """The views of a stage, those of one account together: route, account, whether its form is sent empty."""
    split = [(name, row.split()) for name, rows in VIEWS.items() for row in rows]
    found = [(name, row[1], "empty" in row) for name, row in split if row[0] == stage]
    return sorted(found, key=lambda one: one[1])


def live(look: Callable[[str, access.Story], None]) -> access.Story:
    """Live the year; ``look(stage, story)`` is called once at each stage up to the signing. The story with its seal."""
    waiting = dict(STEPS)

    def tell(story: access.Story, words: str) -> None:
        step = next((step for step in STEPS if words.startswith(step)), "")
        if step in waiting:
            look(waiting.pop(step), story)

    story = access.Story(after=True, tell=tell)
    if waiting:
        raise RuntimeError(f"the rehearsal no longer comes to {waiting}")
    return story
