"""Documents that are nothing but nesting. Each is read in a process of its own, so that a crash is seen as one."""

import subprocess
import sys

import pytest

READ = """
import asyncio, sys
from aos.aam.onboarding.openapi_document import Unusable, read
try:
    asyncio.run(read(eval(sys.argv[1]), "https://api.example.com/openapi"))
except Unusable as error:
    print(error)
"""
DEEP = "as YAML it is nested more than 200 levels deep"
NO_DOCUMENT = "this is no OpenAPI document in JSON or YAML"
LONG = "as YAML it is longer than 4194304 bytes; JSON may be longer"
HEAD = """b'{"openapi": "3.0.0", '"""
CASES = {
    "flow brackets": ("b'[' * 200_000", DEEP),
    "flow brackets, each on a line": ("b'[\\n' * 200_000", DEEP),
    "flow brackets, as many as are looked at": ("b'[' * 4_194_304", DEEP),
    "flow braces": ("b'a: ' + b'{a: ' * 200_000", DEEP),
    "dashes": ("b'- ' * 200_000", DEEP),
    "complex keys": ("b'? ' * 200_000", DEEP),
    "indentation": ("b''.join(b' ' * level + b'a:\\n' for level in range(2_500))", DEEP),
    "below what an OpenAPI document has": ("b'openapi: 3.0.0\\npaths:\\n  /a: ' + b'[' * 100_000", DEEP),
    "aliases, each in the one before": (
        "b'a0: &a0 [1]\\n' + b''.join(b'a%d: &a%d [*a%d]\\n' % (n, n, n - 1) for n in range(1, 20_000))",
        "its YAML aliases stand for more than is read",
    ),
    "13 MB of brackets": ("b'[' * 13_000_000", LONG),
    "13 MB of braces in JSON": ("b'{' * 13_000_000", NO_DOCUMENT),
    "13 MB below the paths of JSON": (HEAD + """ + b'"paths": {"/a": ' + b'[' * 13_000_000""", NO_DOCUMENT),
    "13 MB that JSON does not look at": (HEAD + """ + b'"x": ' + b'{"a":' * 2_600_000""", NO_DOCUMENT),
    "JSON below the components": (HEAD + """ + b'"components": {"a": ' + b'[' * 1_000_000""", NO_DOCUMENT),
}


@pytest.mark.parametrize("case", CASES)
def test_a_document_of_nesting_is_refused_and_the_process_lives(case: str) -> None:
    """`Unusable`, with the reason, whatever the nesting is written with."""
    body, said = CASES[case]
    command = [sys.executable, "-c", READ, body]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stdout.strip()) == (0, said), ended.stderr[-500:]


def test_what_a_person_nests_is_read() -> None:
    """Block and flow style some dozens of levels deep are no reason to refuse a document."""
    schema = "{type: object, properties: {a: " * 40 + "{type: string}" + "}}" * 40
    body = f"openapi: 3.0.0\npaths: {{}}\ncomponents:\n  schemas:\n    A: {schema}\n"
    command = [sys.executable, "-c", READ, repr(body.encode())]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stdout.strip()) == (0, ""), ended.stderr[-500:]
