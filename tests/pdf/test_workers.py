import os
import signal
import subprocess
import sys
import time

import pytest

from apps.pdf import workers
from apps.pdf.render import CharacterNotPrintable, font_configuration, render_many
from apps.pdf.text import pdf_text
from tests.pdf import samples
from tests.pdf.samples import printed

pytestmark = pytest.mark.slow


def test_documents_come_in_the_order_of_the_jobs_with_the_bytes_of_a_single_print():
    jobs = [samples.letter(note=f"Nummer {number}", paragraphs=1 + 6 * (number % 2)) for number in range(5)]
    assert list(render_many(jobs, workers=2)) == [printed(job) for job in jobs]


def test_jobs_are_taken_only_a_little_ahead():
    taken = []

    def jobs():
        for number in range(12):
            taken.append(number)
            yield samples.letter(note=f"Nummer {number}")

    documents = render_many(jobs(), workers=1)
    assert "Nummer 0" in pdf_text(next(documents))
    documents.close()
    assert len(taken) == workers.AHEAD


def test_a_character_without_a_glyph_is_named_by_the_workers_too():
    with pytest.raises(CharacterNotPrintable) as refusal:
        list(render_many([samples.letter(note="🎉")], workers=1))
    assert "🎉" in refusal.value.message


def test_a_worker_knows_no_django_and_so_no_database():
    with workers.start_pool(1, font_configuration()) as pool:
        assert pool.submit(eval, "'weasyprint' in __import__('sys').modules").result() is True
        assert pool.submit(eval, "[name for name in __import__('sys').modules if 'django' in name]").result() == []


def test_a_worker_ends_with_the_process_that_asked():
    """Kill -9 of the parent leaves no worker behind."""
    program = (
        "import os, time; from pathlib import Path; from apps.pdf.workers import start_pool;"
        f"pool = start_pool(1, Path({str(font_configuration())!r}));"
        "print(pool.submit(os.getpid).result(), flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        worker = int(parent.stdout.readline())
        assert lives(worker)
        parent.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 30
    while lives(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not lives(worker)


def lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
