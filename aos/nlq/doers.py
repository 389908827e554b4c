"""Names of who did something: `approved_by`, `approver`, `deal_owner`, `assigned_agent`."""

from collections.abc import Container

from aos.nlq.text import is_derived, lemma, root

LEAST = 4  # letters of a verb that says what was done
_PARTICLES = ("by", "to")
_ENDINGS = ("er", "or")


def is_of_person(name: tuple[str, ...], persons: Container[str]) -> bool:
    """Whether a name, without its formalities, is that of who did something."""
    if not name or (len(name) == 1 and not name[0].endswith(_ENDINGS)):
        return False
    return name[-1] in _PARTICLES or name[-1].endswith(_ENDINGS) or name[-1] in persons


def does(name: tuple[str, ...], verb: str) -> bool:
    """Whether that person does what this verb says."""
    told = len(name) > 1 and (name[-1] in _PARTICLES or name[-2].endswith("ed"))
    if told and root(name[-2]) == root(verb):
        return True
    return name[-1].endswith(_ENDINGS) and name[-1] != lemma(verb) and is_derived(name[-1], verb)
