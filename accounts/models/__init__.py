"""People with their institutions and roles, and what the portal has told them."""

from accounts.models.notices import Notice
from accounts.models.people import Institution, Membership, ProxyEntry, User

__all__ = ["Institution", "Membership", "Notice", "ProxyEntry", "User"]
