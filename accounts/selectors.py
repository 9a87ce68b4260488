"""Named reads of accounts."""

from collections.abc import Collection

from accounts.enums import Role
from accounts.models import Membership, User
from accounts.rules import activation_token


def active_user_id(email: str) -> int:
    """The active account of an address, 0 when there is none. One query either way."""
    return User.objects.filter(email=email.lower(), is_active=True).values_list("pk", flat=True).first() or 0


def user_of_activation(user_id: int, token: str) -> User | None:
    """Who may set the first password with this link; None when it is used, old or made up. One query."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or user.has_usable_password() or not activation_token.check_token(user, token):
        return None
    return user


def people_with(*roles: Role, regions: Collection[str] | None = None) -> list[User]:
    """Active people who hold any of the roles now, in any of the regions when given, by name. One query."""
    members = Membership.objects.in_force().filter(role__in=roles)
    if regions is not None:
        members = members.filter(region__in=regions)
    return list(User.objects.filter(is_active=True, pk__in=members.values("user")).order_by("name", "pk"))
