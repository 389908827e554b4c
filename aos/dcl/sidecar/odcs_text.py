"""What every part of reading a contract file needs: YAML without its traps, and refusals that name the path."""

import difflib
from typing import Any, NoReturn

import yaml

from aos.core.errors import InvalidInput
from aos.core.strict_yaml import StrictYaml


def read_yaml(source: bytes) -> object:
    """The one document in `source`; InvalidInput names the line at fault."""
    try:
        return yaml.load(source, Loader=StrictYaml)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}" if error.problem_mark else "file"
        refuse(line, str(error.problem or "not YAML"))
    except (yaml.YAMLError, ValueError, LookupError, AttributeError, RecursionError) as error:  # tags that do not fit
        refuse("file", f"not YAML: {error!r:.200}")


def known(
    where: str, node: dict[str, Any], metadata: frozenset[str], ours: tuple[str, ...], what: str = "here"
) -> None:
    for name in node:
        if name in metadata or name in ours:
            continue
        near = difflib.get_close_matches(str(name), [*ours, *metadata], n=1)
        hint = f"; did you mean {near[0]}?" if near else f" ({', '.join(ours) or 'none'})"
        refuse(f"{where}.{name}".lstrip("."), f"is outside the supported subset {what}{hint}")


def mapping(where: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        refuse(where, "is missing" if value is None else "must be a mapping")
    return value


def text(name: str, node: dict[str, Any], where: str = "") -> str:
    value = node.get(name)
    if not isinstance(value, str) or not value:
        why = "is missing" if value is None else f"must be a text, is {value!r} (quote it?)"
        refuse(f"{where}.{name}".lstrip("."), why)
    return value


def flag(name: str, node: dict[str, Any], where: str) -> bool:
    value = node.get(name)
    if value is not None and not isinstance(value, bool):
        refuse(f"{where}.{name}", "must be true or false")
    return bool(value)


def refuse(where: str, why: str) -> NoReturn:
    raise InvalidInput(f"{where}: {why}", code="contract.invalid", at=where)
