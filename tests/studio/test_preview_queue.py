"""Whose preview is drawn next."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from notices.studio.preview_queue import PreviewQueue, Ticket
from notices.studio.preview_worker import Ask

ASK = Ask("CN", "example")


def asked(queue: PreviewQueue, editor: str, window: str = "1") -> Ticket:
    """What the pool does with a question."""
    queue.leave(editor, window)
    ticket = Ticket(editor, window, ASK)
    queue.add(ticket)
    return ticket


def test_a_newer_question_of_a_window_takes_the_older_one_s_place() -> None:
    queue = PreviewQueue(1)
    older = asked(queue, "ann")
    newer = asked(queue, "ann")
    other = asked(queue, "ann", "2")
    assert older.is_outdated and not other.is_outdated and len(queue) == 2
    assert queue.take() is newer


def test_what_is_drawn_is_outdated_too() -> None:
    queue = PreviewQueue(2)
    older = asked(queue, "ann")
    assert queue.take() is older
    assert queue.leave("ann", "1") == (older,)
    assert queue.leave("ann", "1") == (), "it is given up once"


def test_many_windows_of_one_do_not_keep_another_waiting() -> None:
    queue = PreviewQueue(1)
    windows = [asked(queue, "ann", str(number)) for number in range(20)]
    bob = asked(queue, "bob")
    first = queue.take()
    assert first is windows[0]
    queue.done(first)
    assert queue.take() is bob


def test_an_editor_has_one_process_at_a_time() -> None:
    queue = PreviewQueue(4)
    asked(queue, "ann", "1")
    asked(queue, "ann", "2")
    assert queue.take() is not None and queue.take() is None
    asked(queue, "bob")
    assert queue.take() is not None


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("12"), st.booleans())))
def test_at_most_so_many_are_drawn_and_everybody_is_served(
    acts: list[tuple[str, str, bool]],
) -> None:
    queue, drawing, served, everything = PreviewQueue(2), [], [], []

    def take() -> None:
        if (ticket := queue.take()) is not None:
            drawing.append(ticket)
            served.append(ticket)
        assert len(drawing) <= 2 and len({one.editor for one in drawing}) == len(drawing)

    for editor, window, is_done in acts:
        everything.append(asked(queue, editor, window))
        take()
        if is_done and drawing:
            queue.done(drawing.pop(0))
    while drawing or len(queue):
        if drawing:
            queue.done(drawing.pop(0))
        take()
    assert all(ticket in served or ticket.is_outdated for ticket in everything)
    assert all(served.count(ticket) <= 1 for ticket in everything)
