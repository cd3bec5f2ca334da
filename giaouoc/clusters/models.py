"""Cụm, đơn vị, năm, tư cách: the base of every permission."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from giaouoc.files.models import StoredFile
from giaouoc.lib.clock import local_date
from giaouoc.lib.fields import LineField, StateField
from giaouoc.lib.vietnamese import sort_key


class BodyKind(models.TextChoices):
    """Whose rules of layout a body's papers follow: Quy định 399-QĐ/TW and its guides, or Nghị định 30/2020/NĐ-CP."""

    PARTY = "party", _("Cơ quan của Đảng")
    STATE = "state", _("Cơ quan nhà nước")


class Unit(models.Model):
    """Đơn vị: a body. ``name``: in full; ``parent_name``: the committee that it serves; ``short_name``: as in lists."""

    code = models.CharField(max_length=20, unique=True)
    name = LineField(max_length=300)
    parent_name = LineField(max_length=300, blank=True)
    short_name = LineField(max_length=100)
    leader_post = LineField(max_length=100, default="Trưởng Ban")
    body_kind = StateField(BodyKind, default=BodyKind.PARTY, max_length=10)
    sort_key = models.BinaryField(max_length=1000, editable=False)

    class Meta:
        ordering = ("sort_key", "pk")

    def __str__(self) -> str:
        return self.short_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_key = sort_key(self.short_name.removeprefix("Đảng ủy "))
        super().save(*args, **kwargs)

    @property
    def body_name(self) -> str:
        """The committee's name, or the unit's own: how the pages call it in a heading."""
        return self.parent_name or self.name


class Cluster(models.Model):
    """Cụm thi đua: a standing group of like units."""

    code = models.SlugField(max_length=30, unique=True)
    name = LineField(max_length=200)
    supervising_body = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="supervised_clusters")
    sector = LineField(max_length=200, blank=True)
    place = LineField(max_length=100, default="Thành phố Hồ Chí Minh")  # before the date of its papers
    body_kind = StateField(BodyKind, blank=True, default="", max_length=10)  # of its papers; '': that of the head unit

    def __str__(self) -> str:
        return self.name

    @property
    def audit_chain(self) -> str:
        """The name of this cluster's chain in the audit trail."""
        return f"cum-{self.code}"


class Year(models.Model):
    """Năm thi đua: one cluster-year, root of all else."""

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="years")
    number = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    theme_of = LineField(max_length=100, blank=True)
    theme = LineField(max_length=500, blank=True)
    elected: Any = models.JSONField(default=dict)  # for next year, by the conference: {unit code: member role}
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cluster", "number"], name="one_row_per_cluster_year"),
            models.CheckConstraint(
                condition=Q(ends_on__gt=models.F("starts_on")),
                name="year_ends_after_its_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cluster}, {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("year", args=[self.cluster.code, self.number])

    @property
    def audit_chain(self) -> str:
        return self.cluster.audit_chain


class FocusArea(models.Model):
    """Nội dung trọng tâm: a strand of the year's theme."""

    year = models.ForeignKey(Year, on_delete=models.CASCADE, related_name="focus_areas")
    position = models.PositiveSmallIntegerField()
    text = LineField(max_length=300)

    class Meta:
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=["year", "position"], name="one_focus_area_per_place")]

    def __str__(self) -> str:
        return self.text


class YearRule(models.Model):
    """A rule of the regulation as data of the year: its value, the clause that it comes from, whether that is in force.

    ``key`` and the form of ``value`` are those of ``clusters.rules.year_rules``; source: domain notes, part A §10."""

    year = models.ForeignKey(Year, on_delete=models.CASCADE, related_name="rules")
    key = models.CharField(max_length=60)
    value = models.JSONField()
    basis = LineField(max_length=300, blank=True)
    confirmed = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["year", "key"], name="one_value_per_rule_and_year")]

    def __str__(self) -> str:
        return f"{self.key}={self.value}"

    @property
    def audit_chain(self) -> str:
        return self.year.audit_chain


class MemberRole(models.TextChoices):
    HEAD = "head", _("Cụm trưởng")
    DEPUTY = "deputy", _("Cụm phó")
    MEMBER = "member", _("Thành viên")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def on(self, day: date) -> MembershipQuerySet:
        """Memberships in force on a day."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day)


class Membership(models.Model):
    """A unit's dated belonging to a cluster's year, with its role. A change ends this row and begins another."""

    year = models.ForeignKey(Year, on_delete=models.CASCADE, related_name="memberships")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="memberships")
    role = StateField(MemberRole, default=MemberRole.MEMBER)
    position = models.PositiveSmallIntegerField()  # protocol order in documents; the head first
    since = models.DateField()
    until = models.DateField(null=True, blank=True)  # last day, included

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ("position", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["year", "unit"],
                condition=Q(until=None),
                name="a_unit_is_a_member_once",
            ),
            models.UniqueConstraint(
                fields=["year"],
                condition=Q(role="head", until=None),
                name="one_head_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")),
                name="membership_ends_after_its_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} ({self.role})"

    @property
    def role_label(self) -> str:
        return str(MemberRole(self.role).label)

    @property
    def audit_chain(self) -> str:
        return self.year.audit_chain


class Role(models.TextChoices):
    SECRETARY = "secretary", _("Thư ký")
    LEADER = "leader", _("Lãnh đạo")
    ASSESSOR = "assessor", _("Thẩm định")
    CLERK = "clerk", _("Văn thư")  # keeps the body's stamp and sets it after the leader's signature; else reads only
    OBSERVER = "observer", _("Theo dõi")  # of the supervising body
    ADMINISTRATOR = (
        "administrator",
        _("Quản trị"),
    )  # technical: no right inside a document, a vote or a score


class Capacity(models.TextChoices):
    """In what capacity a leader signs; source: domain notes, part B §1 'Who signs, in what words'."""

    HEAD = "", _("Người đứng đầu")
    ON_BEHALF = "T/M", _("Thay mặt tập thể (T/M)")
    FOR_HEAD = "K/T", _("Ký thay (K/T)")
    BY_ORDER = "T/L", _("Thừa lệnh (T/L)")
    BY_AUTHORITY = "TUQ", _("Thừa ủy quyền (TUQ)")
    ACTING = "Q", _("Quyền")


NEEDS_PAPER = frozenset({Capacity.FOR_HEAD, Capacity.BY_ORDER, Capacity.BY_AUTHORITY})  # rest on a written delegation


class MandateQuerySet(models.QuerySet["Mandate"]):
    def on(self, day: date) -> MandateQuerySet:
        """Mandates in force on a day, of accounts that are open."""
        return self.filter(
            Q(until__isnull=True) | Q(until__gte=day),
            since__lte=day,
            user__is_active=True,
        )

    def with_member_role(self, day: date) -> MandateQuerySet:
        """Each with ``member_role``: what its unit is in the year on that day ('head', 'deputy', 'member'), or None."""
        role = Membership.objects.on(day).filter(year=models.OuterRef("year"), unit=models.OuterRef("unit"))
        return self.annotate(member_role=models.Subquery(role.values("role")[:1]))


class Mandate(models.Model):
    """Tư cách: a person in a role for a unit in a year; whoever acts, acts by one. Ended, never deleted.

    An administrator's mandate has neither year nor unit and holds everywhere."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mandates")
    year = models.ForeignKey(Year, null=True, blank=True, on_delete=models.PROTECT, related_name="mandates")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="mandates")
    role = StateField(Role)
    post = LineField(max_length=100, blank=True)
    capacity = StateField(Capacity, blank=True, default=Capacity.HEAD, max_length=10)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    delegation_number = LineField(max_length=100, blank=True)  # the written delegation of a deputy
    delegation_date = models.DateField(null=True, blank=True)
    delegation_file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = MandateQuerySet.as_manager()
    member_role: str | None  # annotated by with_member_role
    has_others = False  # as ``mandate_in`` found it

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role="administrator", year=None, unit=None)
                | (~Q(role="administrator") & Q(year__isnull=False, unit__isnull=False)),
                name="mandate_has_year_and_unit_unless_administrator",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")),
                name="mandate_ends_after_its_start",
            ),
            models.UniqueConstraint(
                fields=["user", "year", "unit", "role"],
                condition=Q(until=None),
                name="one_open_mandate_of_a_kind",
            ),
        ]
        indexes = [models.Index(fields=["user", "year"], name="mandates_of_person")]

    def __str__(self) -> str:
        return self.actor_label

    @property
    def role_label(self) -> str:
        return str(Role(self.role).label)

    @property
    def actor_label(self) -> str:
        """'Thư ký · Công an Thành phố': how the trail and the pages name whoever acts."""
        return f"{self.role_label} · {self.unit.short_name}" if self.unit else self.role_label

    @property
    def actor_id(self) -> int | None:
        return self.user_id

    @property
    def audit_chain(self) -> str:
        return self.year.audit_chain if self.year else "he-thong"

    def membership_role(self, now: datetime) -> str | None:
        """What the unit is in the year now; from the annotation when the mandate was loaded with it."""
        if "member_role" not in self.__dict__:
            row = Membership.objects.on(local_date(now)).filter(year=self.year_id, unit=self.unit_id).first()
            self.__dict__["member_role"] = row.role if row else None
        role: str | None = self.__dict__["member_role"]
        return role


class RetentionKind(models.TextChoices):
    SIGNED = "signed", _("Văn bản đã thông qua, giao ước, biên bản, nhật ký")
    PEOPLE = "people", _("Tên, địa chỉ thư, điện thoại của người đã thôi vai trò")
    MESSAGES = "messages", _("Thông báo đã gửi")


class Retention(models.Model):
    """Thời hạn lưu: how many years after its end a kind of data is kept; None: for good. ``basis``: the text that says so."""

    kind = models.CharField(max_length=20, choices=RetentionKind, unique=True)
    years = models.PositiveSmallIntegerField(null=True, blank=True)
    basis = LineField(max_length=300, blank=True)

    def __str__(self) -> str:
        return str(RetentionKind(self.kind).label)
