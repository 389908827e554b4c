"""The executive summary of a running AOS (`AOS_URL` and `AOS_KEY`, by default this machine's)."""

import argparse
import os
import sys

from aos.cli.client import calling
from aos.cli.onboarding import ask_funnel, executive_summary
from aos.contracts.onboarding import NAMESPACE
from aos.core.errors import AosError
from aos.core.settings import load


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--namespace", default=NAMESPACE)
    wanted = parser.parse_args(arguments)
    try:
        with calling(load(os.environ)) as client:
            funnel = ask_funnel(client, wanted.namespace)
    except AosError as error:
        print(error.message, file=sys.stderr)
        return 1
    print("\n".join(executive_summary(funnel)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
