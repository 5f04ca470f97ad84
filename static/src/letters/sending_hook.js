import { reactive } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { SendLaterDialog } from "./send_later_dialog";

const MODEL = "iris.email";

/**
 * Send for a view of letters (guide F10), with a question if something seems to be forgotten.
 *
 * @param {Object} params
 * @param {() => Promise<number[]>} params.getIds the letters to send, saved; none: do nothing
 * @param {() => string[]} [params.getDoubts] what the view knows to be forgotten
 * @param {(ids: number[]) => Promise<void>} [params.afterwards]
 */
export function useSending({ getIds, getDoubts = () => [], afterwards }) {
    const letters = useService("iris_email.letters");
    const dialog = useService("dialog");
    const orm = useService("orm");
    const state = reactive({ isBusy: false });

    async function send(sendAt) {
        if (state.isBusy) {
            return;
        }
        state.isBusy = true;
        try {
            const ids = await getIds();
            if (!ids.length || !(await mayGoOn(ids))) {
                return;
            }
            await letters.send(ids, sendAt);
            await afterwards?.(ids);
        } finally {
            state.isBusy = false;
        }
    }

    /** @returns {Promise<boolean>} whether the user wants to send all the same */
    async function mayGoOn(ids) {
        const doubts = await orm.call(MODEL, "get_send_doubts", [ids]);
        const questions = [...doubts, ...getDoubts()].map(getQuestion);
        return !questions.length || ask(questions.join(" "));
    }

    function ask(body) {
        return new Promise((resolve) => {
            dialog.add(
                ConfirmationDialog,
                {
                    title: _t("Send all the same?"),
                    body,
                    confirmLabel: _t("Send"),
                    cancelLabel: _t("Go on writing"),
                    confirm: () => resolve(true),
                    cancel: () => resolve(false),
                },
                { onClose: () => resolve(false) }
            );
        });
    }

    return {
        state,
        send,
        sendLater: () => dialog.add(SendLaterDialog, { send }),
    };
}

function getQuestion(doubt) {
    return {
        subject: _t("There is no subject."),
        text: _t("There is no text."),
        files: _t("The text speaks of an attachment, but no file is attached."),
    }[doubt];
}
