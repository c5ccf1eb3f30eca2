"""The read behind every call of the API: a proof with its person, in SQL of our own.

The ORM builds the statement anew for each call, which costs eight times what running it does.
"""

from functools import lru_cache
from typing import Any, TypeVar, cast

from django.db import connection, models
from django.db.models.expressions import Col
from django.db.models.fields.reverse_related import OneToOneRel

from apps.security.models import ApiKey, AuthSession
from core.models import User

Proof = TypeVar("Proof", AuthSession, ApiKey)
Converters = dict[int, Any]
# What a person may be besides: found by name, for technicians stand in a higher package.
RECORDS = ("customer_user", "technician")


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


def _assembled(model: type[Proof], values: list[Any]) -> Proof:
    proof, values = _taken(model, values)
    user, values = _taken(User, values)
    proof.user = user
    for name in RECORDS:
        relation = _relation(name)
        found, values = _taken_if_any(relation.related_model, values)
        relation.set_cached_value(user, found)
        if found is not None:
            relation.remote_field.set_cached_value(found, user)
    return proof


def _relation(name: str) -> OneToOneRel:
    return cast("OneToOneRel", User._meta.get_field(name))


M = TypeVar("M", bound=models.Model)


def _taken(model: type[M], values: list[Any]) -> tuple[M, list[Any]]:
    names = _attributes(model)
    made = model.from_db(connection.alias, names, values[: len(names)])
    return made, values[len(names) :]


def _taken_if_any(model: type[M], values: list[Any]) -> tuple[M | None, list[Any]]:
    # Most people are not all of it; empty columns are no reason to make an instance.
    names = _attributes(model)
    if values[names.index(str(model._meta.pk.attname))] is None:
        return None, values[len(names) :]
    return _taken(model, values)


@lru_cache
def _attributes(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def _records() -> list[tuple[str, type[models.Model]]]:
    return [(f"r{place}", _relation(name).related_model) for place, name in enumerate(RECORDS)]


@lru_cache
def _plan(model: type[models.Model], column: str, _vendor: str) -> tuple[str, Converters]:
    parts: list[tuple[str, type[models.Model]]] = [("p", model), ("u", User), *_records()]
    columns = [Col(alias, field) for alias, part in parts for field in part._meta.concrete_fields]
    compiler = model._default_manager.all().query.get_compiler(connection=connection)
    joins = " ".join(
        f'LEFT JOIN "{part._meta.db_table}" {alias} ON {alias}."user_id" = u."id"'
        for alias, part in _records()
    )
    chosen = ", ".join(f'{each.alias}."{each.target.column}"' for each in columns)
    statement = (
        f'SELECT {chosen} FROM "{model._meta.db_table}" p '  # noqa: S608  # names of our own models
        f'JOIN "{User._meta.db_table}" u ON u."id" = p."user_id" '
        f"{joins} "
        f'WHERE p."{column}" = %s'
    )
    return statement, compiler.get_converters(columns)
