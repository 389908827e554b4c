"""What NLQ adds to the process: one route. It holds no data; everything is asked of DCL when somebody asks."""

from aos.core.module import Core, Module
from aos.nlq.answer import Answerer
from aos.nlq.api import AskApi
from aos.nlq.catalogue import Catalogue
from aos.nlq.synonyms import SynonymFiles


async def build(core: Core) -> Module:
    """Mounted at `/nlq`. `BadSettings` where the shipped synonyms can't be used."""
    files = SynonymFiles(core.settings)
    files.now()
    catalogue = Catalogue(core.peers, files, core.clock)
    answerer = Answerer(catalogue, core.clock, core.settings.nlq_reference_date)
    return Module(name="nlq", endpoints=AskApi(answerer).endpoints())
