"""Who may do what with the pact and the programme of activities."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from giaouoc.clusters.access import is_head, is_head_secretary, works_in
from giaouoc.clusters.models import Mandate, MemberRole, Role, Year
from giaouoc.lib.errors import NotFound
from giaouoc.lib.verdict import YES, Verdict, no, not_now
from giaouoc.signing.access import signing_works

from .models import Activity, Commitment, Pact
from .queries import blockers_of, current_pact
from .states import CLOSED, PactState


def can_see_programme(by: Mandate | None, year: Year, now: datetime) -> Verdict:
    """Members and the supervising body see the activities."""
    return works_in(by, year)


def can_add_activity(by: Mandate | None, year: Year, now: datetime) -> Verdict:
    """The head unit's secretary keeps the list of activities."""
    return is_head_secretary(by, year, now)


def can_take_activities(by: Mandate | None, year: Year, now: datetime) -> Verdict:
    """The same secretary takes them from the adopted plan."""
    return can_add_activity(by, year, now)


def can_change_activity(by: Mandate | None, activity: Activity, now: datetime) -> Verdict:
    """The same secretary changes and removes them."""
    return can_add_activity(by, activity.year, now)


def can_remove_activity(by: Mandate | None, activity: Activity, now: datetime) -> Verdict:
    return can_add_activity(by, activity.year, now)


def can_draft_pact(by: Mandate | None, year: Year, now: datetime) -> Verdict:
    """The head unit's secretary drafts, when no other version of the year's pact is alive."""
    if not (verdict := is_head_secretary(by, year, now)):
        return verdict
    if Pact.objects.filter(year=year).exclude(state__in=CLOSED).exists():
        return not_now(_("Năm này đã có một giao ước đang soạn, đang ký hoặc đã ký."))
    return YES


def can_change_pact(by: Mandate | None, pact: Pact, now: datetime) -> Verdict:
    """The head unit's secretary writes the draft; a frozen pact is not changed by anybody."""
    if not (verdict := is_head_secretary(by, pact.year, now)):
        return verdict
    if pact.state != PactState.DRAFT:
        return not_now(_("Giao ước đã khóa, không sửa được nữa. Muốn sửa phải hủy và lập phiên bản mới."))
    return YES


def can_change_commitment(by: Mandate | None, commitment: Commitment, now: datetime) -> Verdict:
    """Commitments belong to the draft."""
    return can_change_pact(by, commitment.pact, now)


def can_freeze_pact(by: Mandate | None, pact: Pact, now: datetime) -> Verdict:
    """The head unit freezes the draft once the texts are adopted and every member has its signer."""
    if not (verdict := is_head(by, pact.year, now)):
        return verdict
    if pact.state != PactState.DRAFT:
        return not_now(_("Giao ước đã khóa để ký."))
    if blockers := blockers_of(pact, now):
        return not_now(_("Chưa khóa được giao ước: %(reasons)s") % {"reasons": " ".join(blockers)})
    return signing_works()


def can_cancel_pact(by: Mandate | None, pact: Pact, now: datetime) -> Verdict:
    """The head unit drops a draft or stops the signing; a pact with all signatures stays."""
    if not (verdict := is_head(by, pact.year, now)):
        return verdict
    if pact.state not in {PactState.DRAFT, PactState.SIGNING}:
        return not_now(_("Chỉ hủy được giao ước đang soạn hoặc đang ký."))
    return YES


def can_read_pact(by: Mandate | None, pact: Pact, now: datetime) -> Verdict:
    """A draft is the head unit's own; from the freeze on all members and the supervising body read."""
    if not (verdict := works_in(by, pact.year)):
        return verdict
    if pact.state == PactState.DRAFT or not pact.text_hash:
        if by is None or by.role == Role.OBSERVER or by.membership_role(now) != MemberRole.HEAD:
            return no(_("Đơn vị Cụm trưởng đang soạn giao ước."))
    return YES


def get_pact_for(by: Mandate | None, year: Year, now: datetime) -> Pact:
    """The year's current pact, if this person may read it. Raises NotFound, also for a draft of others."""
    pact = current_pact(year)
    if pact is None or not can_read_pact(by, pact, now):
        raise NotFound(_("Năm này chưa có giao ước để xem."))
    return pact


def get_version_for(by: Mandate | None, year: Year, now: datetime, ordinal: int) -> Pact:
    """One version of the year's pact, if this person may read it. Raises NotFound."""
    rows = Pact.objects.select_related("signing_round", "pdf").filter(year=year, ordinal=ordinal)
    pact = rows.first()
    if pact is not None:
        pact.year = year
        if can_read_pact(by, pact, now):
            return pact
    raise NotFound(_("Không có phiên bản giao ước này."))


def get_commitment_for(by: Mandate | None, year: Year, now: datetime, number: int) -> Commitment:
    """A commitment of the current pact, for who may read that. Raises NotFound."""
    pact = get_pact_for(by, year, now)
    commitment = pact.commitments.select_related("unit").filter(pk=number).first()
    if commitment is None:
        raise NotFound(_("Không có cam kết này."))
    commitment.pact = pact
    return commitment


def get_activity_for(by: Mandate | None, year: Year, now: datetime, number: int) -> Activity:
    """An activity of the year. Raises NotFound."""
    activity = Activity.objects.select_related("host").filter(year=year, pk=number).first()
    if activity is None or not can_see_programme(by, year, now):
        raise NotFound(_("Không có hoạt động này."))
    activity.year = year
    return activity
