import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { useSending } from "../letters/sending_hook";
import { useTrash } from "../letters/trash_hook";
import { CharsetDialog } from "./charset_dialog";
import { printLetter } from "./print_letter";

const MODEL = "iris.email";

/**
 * What can be done with a letter that is shown.
 *
 * @param {Object} params
 * @param {() => Object} params.getLetter as the service `iris_email.reader` has it
 * @param {() => Object} params.getView how the letter is looked at; see FramePool
 * @param {(id: number) => void} params.reload the page of a letter is another one now
 */
export function useLetterActions({ getLetter, getView, reload }) {
    const orm = useService("orm");
    const action = useService("action");
    const dialog = useService("dialog");
    const notification = useService("notification");
    const letters = useService("iris_email.letters");
    const reader = useService("iris_email.reader");
    const getId = () => getLetter().id;
    const call = (method, ...args) => orm.call(MODEL, method, [[getId()], ...args]);

    async function callAndReload(method) {
        const id = getId(); // the user may go on meanwhile
        await call(method);
        reload(id);
        letters.notifyChange();
    }

    async function print() {
        const { id: resId } = getLetter();
        const { withImages, isPlain } = getView();
        if (!(await printLetter({ resId, withImages, isPlain }))) {
            notification.add(_t("The letter cannot be loaded to be printed."), { type: "danger" });
        }
    }

    function rereadAs() {
        const { id, charset } = getLetter();
        dialog.add(CharsetDialog, {
            letterId: id,
            charset,
            onReread: () => {
                reload(id);
                letters.notifyChange();
            },
        });
    }

    return {
        answer: (method) => letters.answer(method, getId()),
        reply: () => letters.answer("action_reply", getId()),
        replyAll: () => letters.answer("action_reply_all", getId()),
        forward: () => letters.answer("action_forward", getId()),
        editAsNew: () => letters.answer("action_edit_as_new", getId()),
        openCard: () => letters.openCard(getId()),
        takeBack: () => letters.takeBack([getId()]),
        send: useSending({ getIds: async () => [getId()] }).send,
        markSent: () => callAndReload("action_mark_sent"),
        loadWhole: () => callAndReload("action_load_whole"),
        /** @param {boolean} isUnread */
        markUnread: (isUnread) => letters.setUnread([getId()], isUnread),
        toggleImportant: () => letters.setImportant([getId()], !getLetter().is_important),
        trash: useTrash({
            isInTrash: () => getLetter().is_trashed,
            mayDelete: () => getLetter().may.delete,
            getIds: async () => [getId()],
        }),
        print,
        rereadAs,
        download: async () => action.doAction(await call("action_download_source")),
        changeAccess: () => letters.changeAccess([getId()]),
        trustImages: (isTrusted) => reader.trustImages(getLetter(), isTrusted),
    };
}
