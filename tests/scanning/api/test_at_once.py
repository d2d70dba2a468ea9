"""Điều 7.1 and 12.8: the files of one message come over several lines at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from scanning import store
from scanning.models import Attachment, Message

FILES = 3
TURNS = 3


@pytest.mark.django_db(transaction=True)
def test_d7_files_of_one_message_that_come_at_once_are_all_taken_in(sender):
    """None is lost because another was a moment earlier, none is there twice."""
    own = [sender.connector.agency.code]
    together = Barrier(2 * FILES)

    def send(number: int) -> int:
        together.wait()
        file = number // 2  # each of them twice
        try:
            answer = sender.send(b"tep %d" % file, to_agency=own, name=f"{file}.txt")
        finally:
            connections.close_all()
        return answer.status_code

    for _turn in range(TURNS):
        with ThreadPoolExecutor(2 * FILES) as people:
            answers = list(people.map(send, range(2 * FILES)))
        assert set(answers) == {202}
        assert Message.objects.get().attachments.count() == FILES
    kept = {each.stored_as for each in Attachment.objects.all()}
    there = [each for each in store.root().rglob("*") if each.is_file()]
    assert {f"{each.parent.name}/{each.name}" for each in there} >= kept
    assert len(kept) == FILES
