"""Asking a chat model for one JSON object, whatever of the protocol its server knows."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

from graphkit.relevance.model_server import ModelServer, RefusedError

MAX_ANSWER = 20_000
"""Characters of an answer that are kept; the object asked for has a few hundred."""
MAX_TOKENS = 2_048
"""What an answer may take, thinking included: a model that never stops costs no more."""
Message = dict[str, str]


@dataclass(frozen=True)
class Reply:
    """What the model wrote, whether its server cut it, and the tokens that the server counts."""

    content: str
    cut: bool
    tokens: int


class ChatClient:
    """One model behind one server; safe to ask from several threads.

    Asks for temperature 0, seed 0 and a JSON object. A server that refuses one of these by
    name is asked without it from then on; `given_up` names them, for the provenance.
    """

    def __init__(self, server: ModelServer, model: str) -> None:
        self.server = server
        self.model = model
        self._wishes: dict[str, Any] = {
            "temperature": 0,
            "seed": 0,
            "response_format": {"type": "json_object"},
            "max_tokens": MAX_TOKENS,
        }
        self._given_up: frozenset[str] = frozenset()

    @property
    def given_up(self) -> tuple[str, ...]:
        """The settings that the server does not take."""
        return tuple(sorted(self._given_up))

    def ask(self, messages: list[Message], *, stop: threading.Event | None = None) -> Reply:
        """The model's reply; an empty one where the answer holds no text.

        Raises what `ModelServer.post` raises.
        """
        while True:
            left = self._given_up
            wishes = {name: value for name, value in self._wishes.items() if name not in left}
            body = {"model": self.model, "messages": messages, "stream": False, **wishes}
            try:
                return _reply(self.server.post(body, stop=stop))
            except RefusedError as refused:
                named = {name for name in wishes if name in refused.words}
                if not named:
                    raise
                self._given_up |= named


def _reply(answer: dict[str, Any]) -> Reply:
    choices = answer.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    if not isinstance(choice, dict):
        choice = {}
    message = choice.get("message")
    content = message.get("content") if isinstance(message, dict) else None
    usage = answer.get("usage")
    counted = usage.get("total_tokens") if isinstance(usage, dict) else None
    return Reply(
        content=content[:MAX_ANSWER] if isinstance(content, str) else "",
        cut=choice.get("finish_reason") == "length",
        tokens=counted if type(counted) is int and counted > 0 else 0,
    )
