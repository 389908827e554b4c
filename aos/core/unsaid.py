"""What a decoder says is wrong, without what was sent: a value, or a name, may be a secret in the wrong place."""

import re

_VALUE = re.compile(r"\A(Invalid (?:enum )?value) .*?(?P<at> - at `\$[^`]*`)?\Z", re.DOTALL)
_FIELD = re.compile(r"\A(Object contains unknown field) `(?P<name>.*?)`(?P<at> - at `\$[^`]*`)?\Z", re.DOTALL)
# A field's name as somebody would write it: words, in snake_case, kebab-case or camelCase. Tokens have digits or
# capitals in a row.
_NAME = re.compile(r"(?=.{1,40}\Z)[a-z]+(?:[_-][a-z]+|[A-Z][a-z]+)*[0-9]?\Z")


def without_sent(text: str) -> str:
    """A message of msgspec's without the value that it repeats; a field's name stays where it reads as one."""
    if found := _VALUE.match(text):
        return f"{found[1]}: none of those that are allowed there{found['at'] or ''}"
    if (found := _FIELD.match(text)) and not reads_as_name(found["name"]):
        return f"{found[1]}{found['at'] or ''}"
    return text


def reads_as_name(text: str) -> bool:
    """Whether this is spelled as people spell the names of fields."""
    return _NAME.match(text) is not None
