"""Phone numbers in one form, E.164 (DOMAIN, section 1)."""

import phonenumbers

from core.errors import Invalid


def normalise_phone(text: str, region: str = "US") -> str:
    """Turn a number as people write it into E.164, such as ``+12065550123``.

    Args:
        text: The number; letters of "1-800-FLOWERS" are read as digits; an extension is refused,
            because E.164 has no place for it.
        region: Country of a number written without ``+``, as ISO 3166 two letters.

    Returns:
        The number, or ``""`` for a blank text.

    Raises:
        Invalid: ``phone_not_valid``, when no such number can exist.
    """
    written = text.strip()
    if not written:
        return ""
    if not written.isprintable():
        raise _not_valid()
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException as error:
        raise _not_valid() from error
    if number.extension or not _can_exist(number):
        raise _not_valid()
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _can_exist(number: phonenumbers.PhoneNumber) -> bool:
    """Judge the form only: a table of assigned area codes ages and would refuse new customers."""
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE:
        return False
    # No area code of North America begins with 0 or 1.
    return number.country_code != 1 or str(number.national_number)[0] not in "01"


def _not_valid() -> Invalid:
    message = "This is not a phone number. Write it with its area code, like (206) 555-0123."
    return Invalid(message, code="phone_not_valid", errors={"phone": [message]})
