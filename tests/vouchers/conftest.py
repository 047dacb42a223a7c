import pytest

from tests.factories.dues import make_association


@pytest.fixture(autouse=True)
def association(db):
    """An association in foundation: it contracts itself."""
    return make_association()
