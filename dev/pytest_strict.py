"""A pytest plugin: skipped tests fail the run, and figures that tests print are shown.

A skipped test hides that something was not tested. Figures are JSON lines that begin with a name.
"""

import pytest

_skipped = pytest.StashKey[list]()


def pytest_configure(config):
    config.stash[_skipped] = []
    config.pluginmanager.register(_Watcher(config.stash[_skipped]), "dev-strict-watcher")


class _Watcher:
    def __init__(self, skipped):
        self.skipped = skipped

    def pytest_runtest_logreport(self, report):
        if report.skipped:
            self.skipped.append(report)

    def pytest_collectreport(self, report):
        if report.skipped:
            self.skipped.append(report)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    if session.config.stash[_skipped] and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    _print_figures(terminalreporter)
    skipped = config.stash[_skipped]
    if skipped:
        terminalreporter.section("skipped tests fail the run", red=True)
        for report in skipped:
            terminalreporter.write_line(f"{report.nodeid}: {report.longrepr}")


def _print_figures(terminalreporter):
    """Show the figures of passed tests, which pytest would keep to itself."""
    lines = [
        line
        for report in terminalreporter.stats.get("passed", ())
        for line in report.capstdout.splitlines()
        if line.startswith('{"name":')
    ]
    if lines:
        terminalreporter.section("figures")
        for line in lines:
            terminalreporter.write_line(line)
