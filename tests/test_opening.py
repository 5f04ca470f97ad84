from odoo.tests import HttpCase, tagged

from .common import MailCase, make_letter

# More would be felt on a slow line: the action, its views, and the letters.
MOST_REQUESTS = 3

# Counts what the page asks of the server from the click on the app until its letters stand there,
# once in a browser that is new to the app and once more.
OPEN_APP = """
    (async () => {
        const find = async (selector) => {
            const deadline = Date.now() + 20000;
            let found;
            while (!(found = document.querySelector(selector))) {
                if (Date.now() > deadline) {
                    throw new Error(`There is no ${selector}`);
                }
                await new Promise(requestAnimationFrame);
            }
            return found;
        };
        const choose = async (app) => {
            (await find(".o_navbar_apps_menu button")).click();
            (await find(`.o_app[data-menu-xmlid="${app}"]`)).click();
        };
        const { rpcBus } = odoo.loader.modules.get("@web/core/network/rpc");
        const asked = [];
        let lastTime = performance.now();
        rpcBus.addEventListener("RPC:REQUEST", ({ detail }) => {
            asked.push(detail.url);
            lastTime = performance.now();
        });
        const quiet = async () => {
            while (performance.now() - lastTime < 2000) {
                await new Promise(requestAnimationFrame);
            }
        };
        // A slow machine: between the answer and the list on the screen is time to ask for more.
        const { App } = odoo.loader.modules.get("@odoo/owl");
        for (const { scheduler } of App.apps) {
            scheduler.requestAnimationFrame = (draw) => setTimeout(draw, 400);
        }
        // The number in the tray is asked for a second after the start, whatever app is open.
        const { env } = odoo.__WOWL_DEBUG__.root;
        const latest = Date.now() + 20000;
        while (!env.services["iris_email.letters"].countedAt) {
            if (Date.now() > latest) {
                throw new Error("The number in the tray was never asked for.");
            }
            await new Promise(requestAnimationFrame);
        }
        for (const round of ["new", "again"]) {
            await quiet(); // the other app has asked for all that it wants
            asked.length = 0;
            await choose("iris_email.iris_email_menu_root");
            await find(".o_iris_row");
            const before = [...asked];
            console.log(`${round}: ${before.join(", ")}`);
            if (!before.some((url) => url.endsWith("/web_search_read"))) {
                throw new Error("The letters were not asked for: this counts nothing.");
            }
            if (before.length > %(most)s) {
                throw new Error(`${before.length} requests: ${before.join(", ")}`);
            }
            // What is not awaited is asked for all the same.
            const deadline = Date.now() + 10000;
            while (!asked.some((url) => url.endsWith("/get_mail_counts"))) {
                if (Date.now() > deadline) {
                    throw new Error("The numbers were never asked for.");
                }
                await new Promise(requestAnimationFrame);
            }
            await choose("contacts.menu_contacts");
            await find(":is(.o_list_view, .o_kanban_view)");
        }
        console.log("test successful");
    })().catch((error) => console.error(String(error)));
"""


@tagged("post_install", "-at_install")
class TestOpening(MailCase, HttpCase):
    """Whoever opens the app waits for few answers of the server."""

    def test_few_requests_before_the_list(self):
        account = self.make_account(self.serve([make_letter("Contract")]))
        self.env.flush_all()
        self.assertEqual(self.check(account).new, 1)
        # Who hears of new letters asks for the numbers: that is no part of opening the app.
        self.env["bus.bus"].sudo().search([]).unlink()
        self.browser_js(
            "/odoo/action-contacts.action_contacts",
            OPEN_APP % {"most": MOST_REQUESTS},
            ready="!!document.querySelector('.o_list_view, .o_kanban_view')",
            login=self.user.login,
            timeout=90,
        )
