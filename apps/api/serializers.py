"""Input that is exactly what was asked for: no unknown fields, no wrong types."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

LARGEST_ID = 2**63 - 1
# DRF reads "yes" as true and 7 as "7"; the schema promises types, so they are kept.
JSON_TYPES: Mapping[type[serializers.Field[Any, Any, Any, Any]], tuple[tuple[type, ...], str]] = {
    serializers.BooleanField: ((bool,), "Send true or false."),
    serializers.IntegerField: ((int,), "Send a whole number."),
    serializers.DecimalField: ((str, int, float), "Send an amount such as “40.00”."),
    serializers.CharField: ((str,), "Send text."),
    serializers.ChoiceField: ((str, int), "Send one of the choices."),
    serializers.DateTimeField: ((str,), "Send an instant such as 2026-01-31T09:00:00-05:00."),
    serializers.DateField: ((str,), "Send a day such as 2026-01-31."),
}


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields it does not know, read-only ones, and JSON values of another type."""

    def to_internal_value(self, data: Any) -> Any:
        """The validated input.

        Raises:
            ValidationError: Names each field at fault.
        """
        if isinstance(data, Mapping):
            errors = {name: fault for name in data if (fault := self._fault(name, data))}
            if errors:
                raise ValidationError(errors)
        return super().to_internal_value(data)

    def _fault(self, name: str, data: Mapping[str, Any]) -> str | None:
        field = self.fields.get(name)
        if field is None:
            return "This field is unknown."
        if field.read_only:
            return "This field is read-only."
        return None if isinstance(data, QueryDict) else _mistyped(field, data[name])


def _mistyped(field: "serializers.Field[Any, Any, Any, Any]", value: object) -> str | None:
    if value is None:
        return None
    for kind, (types, message) in JSON_TYPES.items():
        if isinstance(field, kind):
            is_right = isinstance(value, types) and (bool in types or not isinstance(value, bool))
            return None if is_right else message
    return None


class IdField(serializers.IntegerField):
    """The id of something, within what the database holds."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**({"min_value": 1, "max_value": LARGEST_ID} | kwargs))


class ReasonBody(StrictSerializer):
    """Why."""

    reason = serializers.CharField(max_length=300)
