from .access import CaseAccess, Message
from .parties import (
    Activity,
    ActivityQuerySet,
    Contribution,
    ContributionKind,
    Declaration,
    DocumentStatus,
    Organisation,
    OrganisationQuerySet,
    OtherSupport,
    PartnerDocument,
    Party,
    PartyQuerySet,
    Representative,
)

__all__ = [
    "Activity",
    "ActivityQuerySet",
    "CaseAccess",
    "Contribution",
    "ContributionKind",
    "Declaration",
    "DocumentStatus",
    "Message",
    "Organisation",
    "OrganisationQuerySet",
    "OtherSupport",
    "PartnerDocument",
    "Party",
    "PartyQuerySet",
    "Representative",
]
