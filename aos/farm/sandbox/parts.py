"""The sandbox put together: what Farm serves of it."""

from aos.core.http import Endpoint
from aos.core.module import Core
from aos.core.sqlite_file import played_databases
from aos.farm.sandbox.auth.keys import Keys
from aos.farm.sandbox.book import Book
from aos.farm.sandbox.controls import Controls
from aos.farm.sandbox.door import Door
from aos.farm.sandbox.families import VENDORS
from aos.farm.sandbox.files import Files
from aos.farm.sandbox.stage import Stage


def sandbox_endpoints(core: Core) -> list[Endpoint]:
    """Database files go into `farm/sandbox` of the data directory; all else is in memory."""
    book, keys = Book(), Keys()
    vendors = {vendor.source_type: vendor(book, keys) for vendor in VENDORS}
    files = Files(played_databases(core.settings.data_dir))
    controls = Controls(core, vendors, book, keys, files)
    return [*Door(core, vendors, Stage(book)).endpoints(), *controls.endpoints()]
