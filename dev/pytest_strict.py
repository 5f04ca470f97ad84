"""A pytest plugin: a skipped test fails the run, since it hides that something was not tested."""

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
    skipped = config.stash[_skipped]
    if skipped:
        terminalreporter.section("skipped tests fail the run", red=True)
        for report in skipped:
            terminalreporter.write_line(f"{report.nodeid}: {report.longrepr}")
