"""Cancels the cases of a list.

    KCASE_ENVIRONMENT=stage KCASE_TOKEN=... ./manage.py cancel_cases cases.txt > results.txt

Running it again is safe, also when it was stopped: a case that is canceled is `already_canceled`. With
KCASE_JOURNAL, the path of a file, a run that was killed is finished first, whatever the list then has.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

import kcase
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Cancels the KarmaCheck cases whose ids are the lines of a file"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "file", type=argparse.FileType("r", encoding="utf-8"), help="- for standard input"
        )
        parser.add_argument("--in-flight", type=int, default=16, help="cases that are worked on at a time")

    def handle(self, *arguments: Any, **options: Any) -> None:
        left = 0
        found = None  # What is not told yet.
        try:
            with kcase.Client.from_env() as client, options["file"] as file:
                if os.environ.get("KCASE_JOURNAL"):
                    for found in client.resume():
                        self.tell(found)
                # Leaving the block for an exception hands it the results of what is under way.
                with client.cancel_many(file, max_in_flight=options["in_flight"]) as results:
                    for found in results:
                        left += not found.is_canceled
                        self.tell(found)
                        found = None
        except KeyboardInterrupt as stop:
            for result in [found, *getattr(stop, "kcase_results", [])]:
                if result is not None:
                    self.tell(result)
            self.stderr.write("stopped: run the command again for the rest")
            sys.exit(130)
        except kcase.InvalidInput as error:
            raise CommandError(str(error)) from error
        if left:
            raise CommandError(f"{left} cases are not canceled")

    def tell(self, result: kcase.Result) -> None:
        # Each line leaves at once: what is known stays known, whatever happens next.
        self.stdout.write(f"{result.case_id}\t{result.outcome}\t{result.message}")
        self.stdout.flush()
