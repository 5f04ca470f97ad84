"""What is measured, in which order, and what the figures are called."""

import json
import math
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from . import letters_to_send, mail_server, mailbox, processes, scratch, smtp_sink

LETTERS = 2_000
# Odoo's own fetchmail is too slow for all of them: so many each time.
FETCHMAIL_LETTERS = 100
KNOWN_LETTERS = 20_000
MANY_LETTERS = 1_000_000
READER_LETTERS = 100_000
SENT_LETTERS = 200
ROUND_TRIP_SECONDS = 0.04
ROUNDS = 3


class Suite:
    """One run.

    :param copy_database: makes a fresh database with the addon and returns its name
    :param server: a running Dovecot
    """

    def __init__(self, copy_database: Callable[[], str], server):
        self.copy_database = copy_database
        self.server = server

    def fetching(self) -> None:
        """Check mail against Odoo's fetchmail, and over a long way, on the same mailbox."""
        letters = list(mailbox.letters(LETTERS))
        box = mail_server.deliver(self.server, "fetch", letters)
        copy = mail_server.deliver(self.server, "fetchmail", letters)
        near, far, odoo = [], [], []
        with mail_server.DelayProxy(box["host"], box["port"], ROUND_TRIP_SECONDS) as proxy:
            far_box = box | {"host": proxy.host, "port": proxy.port}
            for _round in range(ROUNDS):  # by turns, so that a busy machine disturbs all
                near.append(self._call("fetch", letters=LETTERS, **box))
                far.append(self._call("fetch", letters=LETTERS, **far_box))
                odoo.append(self._call("odoo_fetchmail", letters=FETCHMAIL_LETTERS, **copy))
        rate = _report_rates("fetch_letters_per_second", LETTERS, near)
        odoo_rate = _report_rates("odoo_fetchmail_letters_per_second", FETCHMAIL_LETTERS, odoo)
        emit("fetch_ratio", rate / odoo_rate, "times")
        emit("fetch_peak_rss_mb", max(fetch["above_idle"] for fetch in near), "MB above idle")
        emit(
            "fetch_longest_step_seconds",
            max(fetch["longest_step"] for fetch in near),
            "s",
            steps=[fetch["steps"] for fetch in near],
        )
        far_rate = _report_rates("fetch_40ms_letters_per_second", LETTERS, far)
        emit("fetch_40ms_ratio", rate / far_rate, "times")

    def rechecking(self) -> None:
        """A check that finds nothing new."""
        box = mail_server.deliver(self.server, "known", mailbox.small_letters(KNOWN_LETTERS))
        seconds = self._call("recheck", letters=KNOWN_LETTERS, **box)
        check = _report_median("recheck_20000_seconds", seconds["check"])
        uidl = _report_median("uidl_20000_seconds", seconds["uidl"])
        emit("recheck_ratio", check / uidl, "times")

    def sending(self) -> None:
        """Working the queue against bare smtplib and Odoo's own queue, to the same server."""
        ours, bare, odoo = [], [], []
        with smtp_sink.running() as sink:
            server = {"host": sink.host, "port": sink.port}
            for _round in range(ROUNDS):  # by turns, so that a busy machine disturbs all
                with tempfile.TemporaryDirectory() as folder:
                    queue = {**server, "letters": SENT_LETTERS}
                    ours.append(self._call("send", folder=folder, **queue))
                    _check_sent(sink, letters_to_send.WARM_UP + SENT_LETTERS)
                    bare.append(processes.call("send_smtplib", folder=folder, **server))
                    _check_sent(sink, SENT_LETTERS)
                    odoo.append(self._call("send_odoo", **queue))
                    _check_sent(sink, letters_to_send.WARM_UP + SENT_LETTERS)
        rate = _report_rates("send_letters_per_second", SENT_LETTERS, ours)
        bare_rate = _report_rates("smtplib_letters_per_second", SENT_LETTERS, bare)
        odoo_rate = _report_rates("odoo_mail_letters_per_second", SENT_LETTERS, odoo)
        emit("send_smtplib_ratio", rate / bare_rate, "times")
        emit("send_odoo_ratio", rate / odoo_rate, "times")
        emit("send_peak_rss_mb", max(queue["above_idle"] for queue in ours), "MB above idle")

    def parsing(self) -> None:
        """Reading letters alone."""
        parsed = processes.call("parsing", letters=LETTERS)
        emit("parse_letters_per_second", LETTERS / parsed["seconds"], "letters/s", letters=LETTERS)

    def large_database(self) -> None:
        """Linking, and the indexes that serve."""
        measured = self._call("large_database")
        emit("link_100_letters_100000_partners_seconds", measured["link_batch"], "s")
        emit("link_new_partner_200000_letters_seconds", measured["link_new_partner"], "s")
        for question, plan in measured["plans"].items():
            emit(f"plan_{question}", plan["indexes"], "indexes", scanned=plan["scanned"])

    def rights(self) -> None:
        """What rights cost among a million letters, beside superuser mode."""
        measured = self._call("rights", letters=MANY_LETTERS)
        steps = {step: _rounded(seconds) for step, seconds in measured["fill"].items()}
        emit("rights_fill_seconds", sum(measured["fill"].values()), "s", steps=steps)
        for user, questions in measured["questions"].items():
            for question, answer in questions.items():
                _report_question(question, user, answer)
        changes = measured["change"]
        _report_median("rights_change_seconds", changes["write"])
        _report_median("rights_change_and_next_page_seconds", changes["next_page"])

    def web_client(self) -> None:
        """What a reader of 100,000 letters waits for in a browser, beside Odoo's list and form."""
        measured = self._call("browser", letters=READER_LETTERS)
        _report_opening(measured["opening"])
        switching, plain = measured["switching"], measured["plain"]
        _report_milliseconds("web_first_letter_ms", [switching["first"]])
        _report_milliseconds("web_next_letter_ms", switching["paused"])
        _report_milliseconds("web_next_letter_hurried_ms", switching["hurried"])
        _report_milliseconds("odoo_first_letter_ms", [plain["first"]])
        _report_milliseconds("odoo_next_letter_ms", plain["paused"])
        for what, shifts in switching["shifts"].items():
            _report_shifts(f"web_shift_{what}", shifts)
        for question, milliseconds in measured["lists"].items():
            _report_milliseconds(f"web_{question}_ms", milliseconds)

    def _call(self, module: str, **options):
        """Run a measurement on a database of its own."""
        return processes.call(module, database=self.copy_database(), **options)


GROUPS = {
    "parsing": Suite.parsing,
    "fetching": Suite.fetching,
    "rechecking": Suite.rechecking,
    "sending": Suite.sending,
    "large_database": Suite.large_database,
    "rights": Suite.rights,
    "web_client": Suite.web_client,
}


def run(template: str, groups: list[str]) -> None:
    """Measure and print.

    :param template: name of a database with the addon
    :param groups: names in GROUPS
    """
    with mail_server.running() as server, scratch.databases(template) as copy_database:
        suite = Suite(copy_database, server)
        for name in groups:
            with _announced(name):
                GROUPS[name](suite)


def emit(name: str, value: float | list[str], unit: str, **more) -> None:
    """Print one figure."""
    if isinstance(value, float):
        value = _rounded(value)
    print(json.dumps({"name": name, "value": value, "unit": unit, **more}), flush=True)


def _check_sent(sink: smtp_sink.SmtpSink, letters: int) -> None:
    """:raises RuntimeError: the server did not get so many letters since this was last called"""
    counts = sink.take_counts()
    if counts["letters"] != letters:
        raise RuntimeError(f"The server got {counts} instead of {letters} letters")


def _report_rates(name: str, letters: int, fetches: list[dict]) -> float:
    rates = [letters / fetch["seconds"] for fetch in fetches]
    median = statistics.median(rates)
    emit(name, median, "letters/s", letters=letters, all=[_rounded(rate) for rate in rates])
    return median


def _report_median(name: str, seconds: list[float]) -> float:
    median = statistics.median(seconds)
    emit(name, median, "s", lowest=_rounded(min(seconds)), highest=_rounded(max(seconds)))
    return median


def _report_question(question: str, user: str, answer: dict) -> None:
    """Print how long an answer takes, how many times as long as in superuser mode, and the plan."""
    median = statistics.median(answer["rounds"])
    superuser = statistics.median(answer["superuser"])
    emit(
        f"rights_{question}_ms_{user}",
        median,
        "ms",
        first=_rounded(answer["first"]),
        lowest=_rounded(min(answer["rounds"])),
        highest=_rounded(max(answer["rounds"])),
        superuser=_rounded(superuser),
    )
    emit(f"rights_{question}_ratio_{user}", median / superuser, "times")
    emit(
        f"plan_{question}_{user}",
        answer["indexes"],
        "indexes",
        scanned=answer["scanned"],
    )


def _report_opening(opening: dict) -> None:
    """Print what it takes to open the app: in a browser that is new to it, and again."""
    cold, warm = opening["cold"], opening["warm"]
    for kind, rounds in {"cold": [cold], "warm": warm}.items():
        _report_milliseconds(f"web_open_{kind}_ms", [each["milliseconds"] for each in rounds])
        most = max((each["requests"] for each in rounds), key=len)
        emit(f"web_open_{kind}_requests", len(most), "requests before the list", which=most)
    _report_shifts("web_shift_open", cold["shifts"])


def _report_milliseconds(name: str, milliseconds: list[float]) -> None:
    ordered = sorted(milliseconds)
    late = ordered[math.ceil(0.95 * len(ordered)) - 1]
    emit(
        name,
        statistics.median(ordered),
        "ms",
        times=len(ordered),
        p95=_rounded(late),
        highest=_rounded(ordered[-1]),
    )


def _report_shifts(name: str, shifts: dict) -> None:
    """Print the layout shift (CLS), and what moved just after a key or a click besides."""
    emit(name, float(shifts["cls"]), "CLS", with_input=_rounded(shifts["all"]))


def _rounded(value: float) -> float:
    """Four significant digits are more than a measurement gives."""
    return float(f"{value:.4g}")


@contextmanager
def _announced(name: str) -> Iterator[None]:
    print(f"… {name}", file=sys.stderr, flush=True)
    beginning = time.monotonic()
    yield
    print(f"  {name}: {time.monotonic() - beginning:.0f} s", file=sys.stderr, flush=True)
