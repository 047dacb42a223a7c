"""Invitation by mail: a link with which a person sets her first password."""

from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes, force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.acts import act
from apps.core.errors import DomainError


class InvitationInvalid(DomainError):
    """The link was used, is too old or was never sent."""


class InvitationTokens(PasswordResetTokenGenerator):
    """A token dies with the first password and after `PASSWORD_RESET_TIMEOUT` (3 days)."""

    key_salt = "apps.accounts.invitation"


tokens = InvitationTokens()


def invitation_link(user: User) -> str:
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return settings.SITE_URL + reverse("accounts:accept-invitation", args=[uid, tokens.make_token(user)])


def send_invitation(user: User) -> None:
    """Mail the link after commit."""
    text = render_to_string("accounts/mail/invitation.txt", {"user": user, "link": invitation_link(user)})
    transaction.on_commit(
        lambda: send_mail(_("Einladung zum Mitgliederbereich"), text, settings.DEFAULT_FROM_EMAIL, [user.email])
    )


def invited_user(uid: str, token: str) -> User:
    """Return the person the link belongs to or raise `InvitationInvalid`."""
    try:
        user = User.objects.get(pk=force_str(urlsafe_base64_decode(uid)), is_active=True)
    except (ValueError, OverflowError, User.DoesNotExist):
        user = None
    if user is None or user.has_usable_password() or not tokens.check_token(user, token):
        raise InvitationInvalid(_("Dieser Link gilt nicht mehr. Bitten Sie die Administration um eine neue Einladung."))
    return user


@transaction.atomic
def accept_invitation(uid: str, token: str, *, password: str) -> User:
    """Set the first password; the link is used up."""
    user = invited_user(uid, token)
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.has_usable_password():
        raise InvitationInvalid(_("Diese Einladung wurde schon angenommen. Melden Sie sich an."))
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise DomainError(" ".join(error.messages), field="password") from error
    with act("accounts.invitation_accepted", user, by=user):
        user.set_password(password)
        user.save(update_fields=["password"])
    return user


def person_fields(email: str, first_name: str, last_name: str) -> dict[str, Any]:
    return {"email": email.strip().lower(), "first_name": first_name.strip(), "last_name": last_name.strip()}
