"""What the head of a stream gives away of the platform that seems to serve it. spec: Phase 4.

The Mule face has the fields that the HTTP listener of a Mule 3 runtime adds by itself: its `Server`, the encoding and
the root message id of the message (`X-MULE_ENCODING`, `X-MULE_ROOT_MESSAGE_ID`, which Anypoint's API proxies filter out
for being internal), and the correlation id of the event, which Mule 4 passes on as well. The Workato face is made up:
the ids of a recipe and of a job, as that platform numbers them. The plain face gives nothing away.
"""

import uuid
from collections.abc import Callable, Mapping

Face = Callable[[], Mapping[str, str]]


def mule() -> Mapping[str, str]:
    """Ids are those of one message, so each connection has its own."""
    return {
        "server": "Mule EE Core Extensions/3.9.5",
        "x-mule_encoding": "UTF-8",
        "x-mule_root_message_id": str(uuid.uuid4()),
        "x-correlation-id": str(uuid.uuid4()),
    }


def workato() -> Mapping[str, str]:
    return {
        "x-workato-recipe-id": "1048576",
        "x-workato-job-id": f"j-{uuid.uuid4().hex[:16]}",
        "x-correlation-id": str(uuid.uuid4()),
    }


def plain() -> Mapping[str, str]:
    return {}
