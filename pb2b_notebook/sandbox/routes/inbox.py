"""Inbox: conversations with leads who answered."""

from typing import Annotated

from pydantic import Field

from pb2b_notebook.sandbox.campaigns.message_models import (
    InboxThreadEnvelope,
    InboxThreadList,
    MessageList,
    ThreadStatus,
)
from pb2b_notebook.sandbox.core.envelopes import ResponseBody
from pb2b_notebook.sandbox.core.listing import Condition
from pb2b_notebook.sandbox.core.queries import AnyOf, ListQuery, Texts, Values
from pb2b_notebook.sandbox.core.tables import MESSAGES, THREADS
from pb2b_notebook.sandbox.http.parameters import Path, Query
from pb2b_notebook.sandbox.http.routing import Call, Tag

tag = Tag("Inbox", "Conversations with leads who answered.")

ThreadId = Annotated[str, Path("Id of the thread.", alias="id", example="thread_6c85f1b03e9d42a7")]


class ThreadQuery(ListQuery):
    """The parameters of the list of threads."""

    status: Annotated[Values[ThreadStatus] | None, AnyOf("status")] = Field(None, description="Any of these values.")
    lead_id: Annotated[Texts | None, AnyOf("lead_id")] = Field(None, description="Threads with any of these leads.")


@tag.operation("GET /inbox/threads", "inbox.threads.list", "inbox.read", {200: InboxThreadList})
def list_threads(call: Call, query: Annotated[ThreadQuery, Query()]) -> ResponseBody:
    """List inbox threads."""
    return call.page(THREADS, query)


@tag.operation("GET /inbox/threads/{id}", "inbox.threads.get", "inbox.read", {200: InboxThreadEnvelope})
def get_thread(call: Call, thread_id: ThreadId) -> ResponseBody:
    """Read one inbox thread."""
    return call.one(call.find(THREADS, thread_id, "thread"))


@tag.operation("GET /inbox/threads/{id}/messages", "inbox.threads.messages", "inbox.read", {200: MessageList})
def list_messages_of_thread(call: Call, thread_id: ThreadId, query: Annotated[ListQuery, Query()]) -> ResponseBody:
    """List the messages of one inbox thread."""
    return call.page(MESSAGES, query, Condition("thread_id = ?", (call.find(THREADS, thread_id, "thread")["id"],)))
