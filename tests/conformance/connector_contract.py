"""The contract of `ports.Connector`: one suite, held by every connector there is.

A remote's own tests subclass `ConnectorContract` and give the fixture `setting`.
"""

from conformance.arranging import ArrangingContract
from conformance.feeding import FeedingContract
from conformance.guarding import GuardingContract
from conformance.naming import NamingContract
from conformance.reading import ReadingContract
from conformance.writing import WritingContract


class ConnectorContract(
    ReadingContract,
    WritingContract,
    ArrangingContract,
    GuardingContract,
    FeedingContract,
    NamingContract,
):
    """What every connector does."""
