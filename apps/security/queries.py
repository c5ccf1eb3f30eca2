"""The reads behind every call of the API: a proof with its person, in SQL of our own.

The ORM builds the statement anew for each call, which costs eight times what running it does.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar, cast

from django.db import connection, models
from django.db.models.expressions import Col
from django.db.models.fields.reverse_related import OneToOneRel

from apps.security.models import ApiKey, AuthSession
from core.models import User
from core.prepared import Rider, fetch

Proof = TypeVar("Proof", AuthSession, ApiKey)
Converters = dict[int, Any]
Attributes = Callable[[type[models.Model]], list[str]]
# What a person may be besides: found by name, for technicians stand in a higher package.
RECORDS = ("customer_user", "technician")
MOST_READERS = 10_000
_CONDITIONS = (
    'p."id" = %s AND p."user_id" = %s AND u."session_version" = %s '
    'AND p."last_used_at" >= %s AND p."ended_at" IS NULL AND u."is_active"'
)
_readers: dict[tuple[Any, ...], User] = {}
_last: dict["OpenSession", tuple[Any, ...]] = {}


@dataclass(frozen=True, slots=True)
class OpenSession:
    """What a token says of its session: its id, whose it is, their version at the time."""

    session_id: int
    user_id: int
    version: int

    def asked(self, used_since: dt.datetime) -> tuple[Any, ...]:
        """The parameters of ``_CONDITIONS``."""
        return (self.session_id, self.user_id, self.version, used_since)


@dataclass(frozen=True, slots=True)
class ExpectedReader:
    """Who read last with a session, until ``rider`` has come back and says whether they still do.

    Attributes:
        user: As ``find_reader`` tells them.
        proof: All of the person that decides, as text.
        rider: Reads the same anew.
    """

    user: User
    proof: str
    rider: Rider

    @property
    def is_confirmed(self) -> bool:
        """Whether the session is still open, and all of the person as it was."""
        return bool(self.rider.value == self.proof)


def find_with_person(model: type[Proof], column: str, value: int | str) -> Proof | None:
    """The session or key whose unique column has this value.

    Its user and their ``RECORDS`` are loaded as by ``select_related("user__customer_user", ...)``.
    """
    statement, converters = _plan(model, column, connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(statement, [value])
        row = cursor.fetchone()
    if row is None:
        return None
    compiler = model._default_manager.all().query.get_compiler(connection=connection)
    (values,) = compiler.apply_converters([row], converters) if converters else [row]
    return _assembled(model, list(values))


def find_reader(session: OpenSession, *, used_since: dt.datetime) -> User | None:
    """Who reads with an open session, or nobody; PostgreSQL only.

    The instance knows of the person and their ``RECORDS`` just what decides what they may see
    (``_decides``), and is the same one for as long as all of that is the same in the database. It
    is read each time, so whoever is signed out or loses a right has done so at once.

    Args:
        session: What the token says of it.
        used_since: A session that was not noted as used since then is found by ``find_session``.
    """
    found = fetch(_reading(), session.asked(used_since))
    if not found:
        _last.pop(session, None)
        return None
    values = found[0]
    reader = _readers.get(values)
    if reader is None:
        if len(_readers) >= MOST_READERS:
            _readers.clear()
        reader = _readers[values] = _with_records(list(values[:-1]), _decides)
    if len(_last) >= MOST_READERS:
        _last.clear()
    _last[session] = values
    return reader


def expect_reader(session: OpenSession, *, used_since: dt.datetime) -> ExpectedReader | None:
    """Who ``find_reader`` would find if nothing has changed since, without asking yet.

    Their proof rides with the statement that reads for them, and decides whether what it read is
    theirs: one way to the database for both.
    """
    values = _last.get(session, ())
    reader = _readers.get(values)
    if reader is None:
        return None
    return ExpectedReader(reader, values[-1], Rider(_proving(), session.asked(used_since)))


def _assembled(model: type[Proof], values: list[Any]) -> Proof:
    proof, values = _taken(model, values, _attributes)
    proof.user = _with_records(values, _attributes)
    return proof


def _with_records(values: list[Any], attributes: Attributes) -> User:
    """The person and what they are besides, out of one row with these columns of each."""
    user, values = _taken(User, values, attributes)
    for name in RECORDS:
        relation = _relation(name)
        found, values = _taken_if_any(relation.related_model, values, attributes)
        relation.set_cached_value(user, found)
        if found is not None:
            relation.remote_field.set_cached_value(found, user)
    return user


def _relation(name: str) -> OneToOneRel:
    return cast("OneToOneRel", User._meta.get_field(name))


M = TypeVar("M", bound=models.Model)


def _taken(model: type[M], values: list[Any], attributes: Attributes) -> tuple[M, list[Any]]:
    names = attributes(model)
    made = model.from_db(connection.alias, names, values[: len(names)])
    return made, values[len(names) :]


def _taken_if_any(
    model: type[M], values: list[Any], attributes: Attributes
) -> tuple[M | None, list[Any]]:
    # Most people are not all of it; empty columns are no reason to make an instance.
    names = attributes(model)
    if values[names.index(str(model._meta.pk.attname))] is None:
        return None, values[len(names) :]
    return _taken(model, values, attributes)


@lru_cache
def _attributes(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


@lru_cache
def _decides(model: type[models.Model]) -> list[str]:
    # Whose it is, every yes or no, and of the person the role and whether it is the system.
    kinds = (models.AutoField, models.ForeignKey, models.BooleanField)
    return [
        field.attname
        for field in model._meta.concrete_fields
        if isinstance(field, kinds) or field.name in {"role", "username"}
    ]


def _records() -> list[tuple[str, type[models.Model]]]:
    return [(f"r{place}", _relation(name).related_model) for place, name in enumerate(RECORDS)]


@lru_cache
def _plan(model: type[models.Model], column: str, _vendor: str) -> tuple[str, Converters]:
    parts: list[tuple[str, type[models.Model]]] = [("p", model), ("u", User), *_records()]
    columns = [Col(alias, field) for alias, part in parts for field in part._meta.concrete_fields]
    compiler = model._default_manager.all().query.get_compiler(connection=connection)
    chosen = ", ".join(f'{each.alias}."{each.target.column}"' for each in columns)
    statement = f'{_select(model, chosen)} WHERE p."{column}" = %s'
    return statement, compiler.get_converters(columns)


@lru_cache(maxsize=1)
def _reading() -> bytes:
    return f"{_select(AuthSession, f'{_deciding()}, {_proof()}')} WHERE {_CONDITIONS}".encode()


@lru_cache(maxsize=1)
def _proving() -> bytes:
    return f"({_select(AuthSession, _proof())} WHERE {_CONDITIONS})".encode()


def _deciding() -> str:
    parts: list[tuple[str, type[models.Model]]] = [("u", User), *_records()]
    return ", ".join(
        f'{alias}."{field.column}"'
        for alias, part in parts
        for field in part._meta.concrete_fields
        if field.attname in _decides(part)
    )


def _proof() -> str:
    return f"ROW({_deciding()})::text"


def _select(model: type[models.Model], chosen: str) -> str:
    joins = " ".join(
        f'LEFT JOIN "{part._meta.db_table}" {alias} ON {alias}."user_id" = u."id"'
        for alias, part in _records()
    )
    return (
        f'SELECT {chosen} FROM "{model._meta.db_table}" p '  # noqa: S608  # names of our own models
        f'JOIN "{User._meta.db_table}" u ON u."id" = p."user_id" {joins}'
    )
