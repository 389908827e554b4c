"""Where rows come from: one file an adapter.

order.py     what an adapter is given, and what it is
http.py      GET: a bounded answer, its faults told apart; shared by rest_api and ipaas
"""

from aos.farm.runner.extract import ipaas, jdbc, kafka, rest_api, webhook
from aos.farm.runner.extract.order import Adapter

ADAPTERS: dict[str, Adapter] = {
    "rest_api": rest_api.ADAPTER,
    "jdbc": jdbc.ADAPTER,
    "ipaas": ipaas.ADAPTER,
    "webhook": webhook.ADAPTER,
    "kafka": kafka.ADAPTER,
}
