"""Inbox: conversations with leads who answered."""

from typing import Annotated

from fastapi import Path, Query
from pydantic import Field

from pb2b_notebook.sandbox.campaigns.message_models import (
    InboxThreadEnvelope,
    InboxThreadList,
    MessageList,
    ThreadStatus,
)
from pb2b_notebook.sandbox.core.campaign_tables import MESSAGES, THREADS
from pb2b_notebook.sandbox.core.envelopes import Answer
from pb2b_notebook.sandbox.core.listing import Condition
from pb2b_notebook.sandbox.core.problems import not_found
from pb2b_notebook.sandbox.core.queries import MOST_VALUES, AnyOf, ListQuery, Texts
from pb2b_notebook.sandbox.core.store import Document
from pb2b_notebook.sandbox.http.routing import Call, CallContext, Tag

tag = Tag("Inbox", "Conversations with leads who answered.")

ThreadId = Annotated[str, Path(alias="id", description="Id of the thread.", examples=["thread_6c85f1b03e9d42a7"])]


class ThreadQuery(ListQuery):
    """The parameters of the list of threads."""

    status: Annotated[Annotated[list[ThreadStatus], Field(max_length=MOST_VALUES)] | None, AnyOf("status")] = Field(
        None, description="Any of these values."
    )
    lead_id: Annotated[Texts | None, AnyOf("lead_id")] = Field(None, description="Threads with any of these leads.")


@tag.operation("GET /inbox/threads", id="inbox.threads.list", scope="inbox.read", answers={200: InboxThreadList})
def list_threads(call: Call, query: Annotated[ThreadQuery, Query()]) -> Answer:
    """List inbox threads."""
    return call.page(THREADS, query)


@tag.operation(
    "GET /inbox/threads/{id}", id="inbox.threads.get", scope="inbox.read", answers={200: InboxThreadEnvelope}
)
def get_thread(call: Call, thread_id: ThreadId) -> Answer:
    """Read one inbox thread."""
    return call.one(_thread(call, thread_id))


@tag.operation(
    "GET /inbox/threads/{id}/messages", id="inbox.threads.messages", scope="inbox.read", answers={200: MessageList}
)
def list_messages_of_thread(call: Call, thread_id: ThreadId, query: Annotated[ListQuery, Query()]) -> Answer:
    """List the messages of one inbox thread."""
    return call.page(MESSAGES, query, Condition("thread_id = ?", (_thread(call, thread_id)["id"],)))


def _thread(call: CallContext, thread_id: str) -> Document:
    thread = call.parts.store.get(THREADS, call.workspace_id, thread_id)
    if thread is None:
        raise not_found("thread")
    return thread
