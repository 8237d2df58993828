"""The contract of `ports.Connector` for a tool of flat albums, whose photos never change.

It stands in for `connector_contract` where folders hold no folders and files take neither a new
name nor new bytes. A remote's own tests subclass `AlbumContract` and give the fixture `setting`.
"""

from conformance.albums_feeding import AlbumsFeedingContract
from conformance.albums_reading import AlbumsReadingContract
from conformance.albums_writing import AlbumsWritingContract


class AlbumContract(AlbumsReadingContract, AlbumsWritingContract, AlbumsFeedingContract):
    """What every such tool does."""
