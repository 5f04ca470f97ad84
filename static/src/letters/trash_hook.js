import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

// Buttons of the views (methods of the model) and what the service does for them.
const METHODS = {
    action_trash: "moveToTrash",
    action_restore: "restore",
    action_delete_for_good: "deleteForGood",
};

/**
 * The trash for a view of letters: its buttons and the entries of its menu Actions.
 *
 * @param {Object} params
 * @param {() => boolean} params.isInTrash whether the view shows letters that are in the trash
 * @param {() => boolean} [params.mayDelete]
 * @param {(method: string) => Promise<number[]>} params.getIds the letters to act on; none: do
 *  nothing
 * @param {(method: string) => Promise<void>} [params.afterwards]
 */
export function useTrash({ isInTrash, mayDelete = () => true, getIds, afterwards }) {
    const letters = useService("iris_email.letters");
    const dialog = useService("dialog");

    async function run(method) {
        const ids = await getIds(method);
        if (ids.length) {
            await letters[METHODS[method]](ids);
            await afterwards?.(method);
        }
    }

    function askAndDelete() {
        dialog.add(ConfirmationDialog, {
            title: _t("Delete for good"),
            body: _t("The letters and their files will be gone. This cannot be undone."),
            confirmLabel: _t("Delete for good"),
            confirmClass: "btn-danger",
            confirm: () => run("action_delete_for_good"),
            cancel: () => {},
        });
    }

    return {
        /** @returns {boolean} whether a button of this name is one of the trash's */
        owns: (name) => name in METHODS,
        run,
        /** @returns {Object} entries of the menu Actions, as `getStaticActionMenuItems` has them */
        getMenuItems: () => ({
            trash: {
                isAvailable: () => mayDelete() && !isInTrash(),
                sequence: 50,
                icon: "fa fa-trash-o",
                description: _t("Move to trash"),
                callback: () => run("action_trash"),
            },
            restore: {
                isAvailable: () => mayDelete() && isInTrash(),
                sequence: 50,
                icon: "fa fa-undo",
                description: _t("Restore"),
                callback: () => run("action_restore"),
            },
            deleteForGood: {
                isAvailable: () => mayDelete() && isInTrash(),
                sequence: 60,
                icon: "fa fa-trash",
                description: _t("Delete for good"),
                class: "text-danger",
                callback: askAndDelete,
                skipSave: true,
            },
        }),
    };
}
