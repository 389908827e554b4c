"""The command line. Exit codes: 0 ok, 1 runtime, 2 invalid input or settings, 3 environment."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from aos.cli import ask, contract, lab, ledger, quarantine, recon, stream, verify
from aos.cli.numbers import whole
from aos.core import log, settings
from aos.core.errors import AosError, BadSettings, EnvironmentFault, InvalidInput
from aos.core.redact import one_line, redact
from aos.core.settings import Settings

Verb = Callable[[Settings, argparse.Namespace], int]


def main(arguments: Sequence[str]) -> int:
    """Run a verb; the exit code. A refusal is one plain line on stderr."""
    options = _parser().parse_args(arguments)
    try:
        said = {name: getattr(options, name, None) for name in ("host", "port", "data_dir")}
        found = settings.load(os.environ, **said)
        log.configure(found.log, found.log_level)
        verb: Verb = options.verb
        return verb(found, options)
    except AosError as error:
        sys.stderr.write(f"aos: {one_line(redact(error.message), 2000)}\n")
        return exit_code(error)
    except KeyboardInterrupt:
        return int(getattr(options, "interrupted", 0))
    except BrokenPipeError:
        # The reader of our output left; that is its right. Python would complain again when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def exit_code(error: AosError) -> int:
    if isinstance(error, BadSettings | InvalidInput):
        return 2
    return 3 if isinstance(error, EnvironmentFault) else 1


def _parser() -> argparse.ArgumentParser:
    # Without a default of its own, so that what stands before a verb is not undone by the verb.
    shared = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    shared.add_argument("--host", help="address to bind (AOS_HOST)")
    shared.add_argument("--port", help="port to bind, or of the AOS to reach (AOS_PORT)")
    shared.add_argument("--data-dir", help="where state lives (AOS_DATA_DIR)")
    parser = argparse.ArgumentParser(
        prog="python -m aos",
        description="AOS moves enterprise data through pipes that break, and keeps the data right while they do."
        " Without a verb it serves everything in one process.",
        epilog="Settings come from AOS_* variables; docs/settings.md lists them."
        " Exit codes: 0 ok, 1 runtime, 2 invalid input or settings, 3 environment.",
        parents=[shared],
    )
    parser.set_defaults(verb=_serve)
    verbs = parser.add_subparsers(title="verbs", metavar="VERB")

    aam = verbs.add_parser("aam", help="serve AAM alone, at the root", parents=[shared])
    aam.set_defaults(verb=_aam)
    aod = verbs.add_parser("aod", help="serve AOD alone, at the root", parents=[shared])
    aod.set_defaults(verb=_aod)
    farm = verbs.add_parser("farm", help="serve Farm alone, at the root", parents=[shared])
    farm.set_defaults(verb=_farm)
    sidecar = verbs.add_parser("sidecar", help="run the sidecar alone, against AOS_REDIS_URL", parents=[shared])
    sidecar.set_defaults(verb=_sidecar)
    look = verbs.add_parser("stream", help="look at dcl.ingest.raw of a running AOS", parents=[shared])
    look.add_argument(
        "--last", type=whole(0, stream.MOST), default=10, metavar="N", help="how many of the last entries (10)"
    )
    look.add_argument("--follow", action="store_true", help="go on with new entries until Ctrl-C")
    look.set_defaults(verb=stream.show)
    lab.add(verbs)
    ledger_verb = verbs.add_parser("ledger", help="where every line is, of a running AOS", parents=[shared])
    ledger_verb.add_argument("--json", action="store_true", help="print it as JSON")
    ledger_verb.set_defaults(verb=ledger.show)
    quarantine.declare(
        verbs.add_parser("quarantine", help="refused lines of a running AOS: look, replay, discard", parents=[shared]),
        shared,
    )
    recon.declare(verbs.add_parser("recon", help="check a run of Farm in DCL, value by value", parents=[shared]))
    verify.declare(verbs.add_parser("verify", help="the eight steps from discovery to query", parents=[shared]))
    ask.declare(verbs.add_parser("ask", help="ask a running AOS in English", parents=[shared]))
    contract.declare(verbs.add_parser("contract", help="check a contract file, try it on records"))
    return parser


def _serve(found: Settings, _: argparse.Namespace) -> int:
    from aos import app

    return app.run(found)


def _aam(found: Settings, _: argparse.Namespace) -> int:
    from aos import app

    return app.run(found, alone="aam")


def _aod(found: Settings, _: argparse.Namespace) -> int:
    from aos import app

    return app.run(found, alone="aod")


def _farm(found: Settings, _: argparse.Namespace) -> int:
    from aos import app

    return app.run(found, alone="farm")


def _sidecar(found: Settings, _: argparse.Namespace) -> int:
    from aos import app

    return app.run_sidecar(found)
