from odoo.addons.web.tests.test_js import unit_test_error_checker
from odoo.tests import HttpCase, tagged

SUITE = "@iris_email"


class WebUnitCase(HttpCase):
    """The unit tests of the web client's part (``static/tests/*.test.js``), run by Hoot."""

    def _run_suite(self, preset):
        faults = []

        def note(message):
            """Keep what Hoot says of a test that failed: what is raised at the end names none."""
            faults.append(message)
            return unit_test_error_checker(message)

        try:
            self.browser_js(
                f"/web/tests?headless&loglevel=2&preset={preset}&timeout=15000&id={_get_id(SUITE)}",
                "",
                "",
                login="admin",
                timeout=300,
                success_signal="[HOOT] Test suite succeeded",
                error_checker=note,
            )
        except AssertionError as error:
            raise AssertionError("\n".join([*faults, str(error)])) from error


@tagged("post_install", "-at_install")
class TestWebUnit(WebUnitCase):
    def test_desktop(self):
        self._run_suite("desktop")


@tagged("post_install", "-at_install")
class TestWebUnitMobile(WebUnitCase):
    browser_size = "375x667"
    touch_enabled = True

    def test_mobile(self):
        self._run_suite("mobile")


def _get_id(name):
    """Return the id under which Hoot knows a suite: a 32-bit hash of its name.

    :param str name: for instance ``@iris_email``
    :rtype: str
    """
    number = 0
    for character in name:
        number = (31 * number + ord(character)) & 0xFFFFFFFF
    return f"{number:08x}"
