"""Every generator of Farm, by name."""

from aos.farm.generators import cloud, crm, erp, finance, people, support, usage
from aos.farm.generators.shape import Generator

GENERATORS: dict[str, Generator] = {
    generator.name: generator
    for module in (crm, erp, people, support, cloud, usage, finance)
    for generator in module.GENERATORS
}
