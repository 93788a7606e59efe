"""The four lists: what stands in them, what a person asks of them, and how they become a page or a sheet."""

from .agreements import Agreements
from .cases import Cases
from .follow_ups import FollowUps
from .organisations import Organisations

LISTINGS = {listing.name.value: listing() for listing in (Cases, Organisations, Agreements, FollowUps)}
