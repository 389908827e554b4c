"""`POST /nlq/ask`."""

from aos.contracts.ask import MOST_QUESTION_BYTES, Answer, Question
from aos.core.errors import InvalidInput, TooLarge
from aos.core.http import Access, Call, Endpoint
from aos.core.tenant import tenant_of
from aos.nlq.answer import Answerer
from aos.nlq.text import clean

MOST_BODY = 8 * MOST_QUESTION_BYTES  # a question whose every character is an escape still fits


class AskApi:
    """One question, one answer; nothing is kept between two."""

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer

    def endpoints(self) -> list[Endpoint]:
        return [
            Endpoint(
                method="POST",
                path="/ask",
                handler=self.ask,
                access=Access.READER,
                summary="Answer a question in English from the pipes, or say what was not understood.",
                body=Question,
                answer=Answer,
                max_body=MOST_BODY,
                errors=(404, 413, 502, 503),
            )
        ]

    async def ask(self, call: Call) -> Answer:
        question: Question = call.body
        if len(question.question.encode(errors="replace")) > MOST_QUESTION_BYTES:
            raise TooLarge(f"A question has at most {MOST_QUESTION_BYTES} bytes", max_bytes=MOST_QUESTION_BYTES)
        if not clean(question.question):
            raise InvalidInput("There is no question", path="$.question")
        return await self._answerer.answer(tenant_of(call), question)
