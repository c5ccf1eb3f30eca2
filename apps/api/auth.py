"""Signing in and out (API, "sign-in")."""

from django.contrib.auth import logout
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.authentication import plain
from apps.api.base import ApiView
from apps.api.serializers import StrictSerializer
from apps.people.services.passwords import change_password
from apps.security import sessions
from apps.security.backends import LONGEST_NAME, LONGEST_PASSWORD
from apps.security.devices import remember
from apps.security.middleware import identity_of
from apps.security.rates import limit_sign_ins
from apps.security.sign_in import sign_in_program
from apps.security.tokens import TokenPair

LONGEST_TOKEN = 2000


class Password(serializers.CharField):
    """A password, kept exactly as it is written."""

    def __init__(self) -> None:
        super().__init__(max_length=LONGEST_PASSWORD, trim_whitespace=False)


class SignIn(StrictSerializer):
    """A name and a password."""

    username = serializers.CharField(max_length=LONGEST_NAME, help_text="User name or e-mail.")
    password = Password()


class Refresh(StrictSerializer):
    """A refresh token that was not used yet."""

    refresh = serializers.CharField(max_length=LONGEST_TOKEN)


class Tokens(serializers.Serializer[TokenPair]):
    """The two tokens of a session."""

    access = serializers.CharField(help_text="Sent as “Authorization: Bearer …”, for 60 minutes.")
    refresh = serializers.CharField(help_text="Exchanged once for a new pair, for 24 hours.")


class PasswordChange(StrictSerializer):
    """The present password and the new one."""

    current_password = Password()
    new_password = Password()


class TokenView(ApiView):
    """Sign-in."""

    permission_classes = [AllowAny]
    is_repeatable = False

    @extend_schema(request=SignIn, responses=Tokens)
    def post(self, request: Request) -> Response:
        """Begin a session."""
        sent = self.body(SignIn)
        pair = sign_in_program(plain(request), username=sent["username"], password=sent["password"])
        return self.answer(Tokens, pair)


class RefreshView(ApiView):
    """Refresh."""

    permission_classes = [AllowAny]
    is_repeatable = False

    @extend_schema(request=Refresh, responses=Tokens)
    def post(self, request: Request) -> Response:
        """Exchange a refresh token for a new pair; it works once."""
        limit_sign_ins(plain(request))
        return self.answer(Tokens, sessions.refresh_session(self.body(Refresh)["refresh"]))


class LogoutView(ApiView):
    """Sign-out."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """End this session at once."""
        session = identity_of(plain(request)).session
        if session:
            sessions.end_session(session)
        else:
            logout(plain(request))
        return Response(status=204)


class LogoutAllView(ApiView):
    """Sign-out everywhere."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """End all sessions of the caller; keys go on."""
        sessions.sign_out_everywhere(actor=self.actor)
        return Response(status=204)


class PasswordView(ApiView):
    """One's own password."""

    @extend_schema(request=PasswordChange, responses={204: None})
    def post(self, request: Request) -> Response:
        """Choose a new password; ends all sessions of the caller, this one too."""
        change_password(actor=self.actor, **self.body(PasswordChange))
        # Their next sign-in from here is none to be told of.
        remember(request=plain(request), user=self.actor, is_program=True)
        return Response(status=204)
