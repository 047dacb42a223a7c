import pytest

from apps.pdf.bench import measure, naive
from apps.pdf.text import pdf_text
from tests.pdf import samples
from tests.pdf.samples import printed

pytestmark = pytest.mark.slow


def test_the_naive_way_prints_the_same_page():
    job = samples.letter()
    assert pdf_text(naive(job)) == pdf_text(printed(job))


def test_measurement_counts_documents_and_names_its_figures():
    result = measure([samples.letter(), samples.letter()], workers=1)
    assert result["documents"] == 2
    assert result["workers"] == 1
    assert set(result) == {
        "documents",
        "workers",
        "naive_cpu_ms",
        "warm_cpu_ms",
        "times_faster_per_core",
        "all_cores_seconds",
        "all_cores_per_second",
    }
