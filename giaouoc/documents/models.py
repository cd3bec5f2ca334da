"""Văn bản: the rows of this slice, gathered for Django and for who uses them. Each group stands in a file of its own."""

from __future__ import annotations

from .adoption_models import Adoption, Succession
from .consultation_models import (
    UNIT_ROLES,
    Comment,
    CommentQuerySet,
    ConsultationRound,
    LastWord,
    Response,
    UnitSubmission,
    reads_early,
)
from .draft_models import (
    WRITERS,
    ChangeRecord,
    Document,
    DocumentVersion,
    DraftImport,
    PairDecision,
    Provision,
    ProvisionText,
    content_of,
    kept_content,
)
from .returned_models import ReturnedFile
from .writing_models import Unfinished, Writing, WritingStep

__all__ = [
    "UNIT_ROLES",
    "WRITERS",
    "Adoption",
    "ChangeRecord",
    "Comment",
    "CommentQuerySet",
    "ConsultationRound",
    "Document",
    "DocumentVersion",
    "DraftImport",
    "LastWord",
    "PairDecision",
    "Provision",
    "ProvisionText",
    "Response",
    "ReturnedFile",
    "Succession",
    "Unfinished",
    "UnitSubmission",
    "Writing",
    "WritingStep",
    "content_of",
    "kept_content",
    "reads_early",
]
