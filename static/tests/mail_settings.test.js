import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels, patchBrowserNotification } from "@mail/../tests/mail_test_helpers";
import { Component, xml } from "@odoo/owl";
import {
    contains,
    getService,
    makeMockEnv,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { user } from "@web/core/user";
import { WebClient } from "@web/webclient/webclient";
import {
    getMailSettings,
    noteSavedSettings,
    useMailSettings,
} from "@iris_email/mail_settings/mail_settings";

describe.current.tags("desktop");
defineMailModels();

const FIELDS = [
    "iris_email_conversations",
    "iris_email_density",
    "iris_email_read_seconds",
    "iris_email_desktop_notifications",
];

class Density extends Component {
    static template = xml`<p class="o_density" t-esc="settings.density"/>`;
    static props = {};
    setup() {
        this.settings = useMailSettings();
    }
}

beforeEach(() => {
    FIELDS.forEach((field) => user.updateUserSettings(field, undefined));
    onRpc("iris.email", "get_mail_counts", () => ({ unread: 0, places: [] }));
    onRpc("res.users.settings", "set_res_users_settings", ({ kwargs }) => {
        expect.step(kwargs.new_settings);
        return kwargs.new_settings;
    });
});

async function openSettings() {
    await mountWithCleanup(WebClient);
    await getService("action").doAction({ type: "ir.actions.client", tag: "iris_email_settings" });
    await animationFrame();
}

test("what holds before the user has chosen anything", async () => {
    await makeMockEnv();
    expect({ ...getMailSettings() }).toEqual({
        conversations: true,
        density: "comfortable",
        readSeconds: 0,
        desktopNotifications: false,
    });
});

test("what was saved in another tab holds at once", async () => {
    await mountWithCleanup(Density);
    expect(".o_density").toHaveText("comfortable");
    noteSavedSettings({ id: 1, iris_email_density: "compact", use_push_to_talk: true });
    await animationFrame();
    expect(".o_density").toHaveText("compact");
    expect(user.settings.use_push_to_talk).toBe(undefined);
});

test("only what was changed is saved", async () => {
    await openSettings();
    expect(".o_dialog input#iris_email_conversations").toBeChecked();
    expect(".o_dialog input[value=comfortable]").toBeChecked();
    expect(".o_dialog input[value=once]").toBeChecked();
    expect(".o_dialog input#iris_email_notifications").not.toBeChecked();

    await contains(".o_dialog #iris_email_conversations").click();
    await contains(".o_dialog input[value=compact]").click();
    await contains(".o_dialog input[value=never]").click();
    await contains(".o_iris_save_settings").click();
    await animationFrame();
    expect.verifySteps([
        { iris_email_conversations: false },
        { iris_email_density: "compact" },
        { iris_email_read_seconds: -1 },
    ]);
    expect(".o_dialog").toHaveCount(0);
    expect({ ...getMailSettings() }).toEqual({
        conversations: false,
        density: "compact",
        readSeconds: -1,
        desktopNotifications: false,
    });
});

test("nothing is saved by Cancel", async () => {
    await openSettings();
    await contains(".o_dialog input[value=compact]").click();
    await contains(".o_dialog footer .btn-secondary").click();
    expect(".o_dialog").toHaveCount(0);
    expect(getMailSettings().density).toBe("comfortable");
    expect.verifySteps([]);
});

test("seconds are typed, and must make sense", async () => {
    user.updateUserSettings("iris_email_read_seconds", 7);
    await openSettings();
    expect(".o_dialog input[value=later]").toBeChecked();
    expect(".o_iris_read_seconds").toHaveValue(7);

    await contains(".o_dialog input[value=once]").click();
    await contains(".o_iris_read_seconds").edit("0", { confirm: false });
    expect(".o_dialog input[value=later]").toBeChecked({ message: "typing chooses" });
    expect(".o_iris_save_settings").not.toBeEnabled();
    await contains(".o_iris_read_seconds").edit("12", { confirm: false });
    await contains(".o_iris_save_settings").click();
    await animationFrame();
    expect.verifySteps([{ iris_email_read_seconds: 12 }]);
});

test("the browser is asked when desktop notifications are switched on", async () => {
    patchBrowserNotification("default", "granted");
    await openSettings();
    expect(".o_iris_browser_answer").toHaveText("");
    await contains("#iris_email_notifications").click();
    await animationFrame();
    expect(".o_iris_browser_answer").toHaveText("");
    await contains(".o_iris_save_settings").click();
    await animationFrame();
    expect.verifySteps([{ iris_email_desktop_notifications: true }]);
});

test("the dialog says that the browser refuses", async () => {
    patchBrowserNotification("default", "denied");
    await openSettings();
    await contains("#iris_email_notifications").click();
    await animationFrame();
    expect(".o_iris_browser_answer .alert-warning").toHaveCount(1);
    expect(".o_iris_browser_answer").toHaveText(/refuses notifications|begins with https/);
    await contains("#iris_email_notifications").click();
    expect(".o_iris_browser_answer").toHaveText("");
});

test("in a browser that was not asked yet, a button asks", async () => {
    user.updateUserSettings("iris_email_desktop_notifications", true);
    patchBrowserNotification("default", "granted");
    await openSettings();
    expect(".o_iris_browser_answer .alert-info").toHaveCount(1);
    await contains(".o_iris_ask_browser").click();
    await animationFrame();
    expect(".o_iris_browser_answer").toHaveText("");
});
