"""Check connections again and tell what became of them, then the executive summary. Nothing is ever taken away."""

import argparse
import os
import sys

from aos.cli.client import calling
from aos.cli.onboarding import executive_summary, post
from aos.contracts.onboarding import HealReport, HealRequest
from aos.core.errors import AosError
from aos.core.settings import load

PATIENCE_S = 900.0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("connection_id", nargs="*", help="none: all that are not in ERROR or UNSUPPORTED")
    wanted = HealRequest(connection_ids=parser.parse_args(arguments).connection_id)
    try:
        with calling(load(os.environ), read_s=PATIENCE_S) as client:
            report = post(client, "/aam/connections/heal", wanted, HealReport)
    except AosError as error:
        print(error.message, file=sys.stderr)
        return 1
    print(
        f"Checked {report.checked}: {report.promoted} promoted, {report.demoted} demoted, {report.unchanged} unchanged."
    )
    print("\n".join((*report.changed, *executive_summary(report.funnel))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
