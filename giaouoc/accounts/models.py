"""Tài khoản: people and how they sign in; nothing about what they may do (that is a mandate, in ``clusters``)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import (
    AbstractBaseUser,
    BaseUserManager,
    PermissionsMixin,
)
from django.db import models

from giaouoc.lib.fields import LineField


class UserManager(BaseUserManager["User"]):
    """Accounts by mail address; there is no self-registration."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """An account with its confirmed mail address. Without a password it is opened by an invitation."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person. ``name``: as shown to others; a role name in demonstration data, never an invented person's."""

    email = models.EmailField(unique=True)
    name = LineField(max_length=200)
    phone = models.CharField(max_length=20, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()

    def __str__(self) -> str:
        return self.name or self.email


class Installation(models.Model):
    """One row: what this installation is. Demonstration data marks itself here; a real start refuses on it."""

    is_demonstration = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="only_one_installation_row")]

    def __str__(self) -> str:
        return "demonstration" if self.is_demonstration else "real"


class Invitation(models.Model):
    """Lời mời: a link by mail with which a person opens the account that was made for them. Only its hash is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    token_sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user} {self.made_at:%d-%m-%Y}"
