"""The read behind every call of the API: a proof with its person, in SQL of our own.

The ORM builds the statement anew for each call, which costs eight times what running it does.
"""

from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models.expressions import Col

from apps.security.models import ApiKey, AuthSession
from core.models import CustomerUser, User

Proof = TypeVar("Proof", AuthSession, ApiKey)
Converters = dict[int, Any]


def find_with_person(model: type[Proof], column: str, value: int | str) -> Proof | None:
    """The session or key whose unique column has this value.

    Its user and their customer user are loaded as by ``select_related("user__customer_user")``.
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
    member = _taken(CustomerUser, values)[0] if values[0] is not None else None
    proof.user = user
    User._meta.get_field("customer_user").set_cached_value(user, member)
    if member:
        member.user = user
    return proof


M = TypeVar("M", bound=models.Model)


def _taken(model: type[M], values: list[Any]) -> tuple[M, list[Any]]:
    names = [field.attname for field in model._meta.concrete_fields]
    made = model.from_db(connection.alias, names, values[: len(names)])
    return made, values[len(names) :]


@lru_cache
def _plan(model: type[models.Model], column: str, _vendor: str) -> tuple[str, Converters]:
    columns = [
        Col(alias, field)
        for alias, part in (("p", model), ("u", User), ("m", CustomerUser))
        for field in part._meta.concrete_fields
    ]
    compiler = model._default_manager.all().query.get_compiler(connection=connection)
    chosen = ", ".join(f'{each.alias}."{each.target.column}"' for each in columns)
    statement = (
        f'SELECT {chosen} FROM "{model._meta.db_table}" p '  # noqa: S608  # names of our own models
        f'JOIN "{User._meta.db_table}" u ON u."id" = p."user_id" '
        f'LEFT JOIN "{CustomerUser._meta.db_table}" m ON m."user_id" = u."id" '
        f'WHERE p."{column}" = %s'
    )
    return statement, compiler.get_converters(columns)
