import { markup } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useBus, useService } from "@web/core/utils/hooks";
import { registry } from "@web/core/registry";
import { useDebounced } from "@web/core/utils/timing";
import { RelationalModel } from "@web/model/relational_model/relational_model";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";
import { CheckMailButton, CheckMailProgress } from "../check_mail/check_mail";
import { LetterSearchModel } from "../letter_search_panel/letter_search_model";
import { LetterSearchPanel } from "../letter_search_panel/letter_search_panel";
import { useTrash } from "../letters/trash_hook";

// New letters of quick steps are shown together.
const REFRESH_DELAY = 250;

/** Read marks change behind the list's back, and letters are not for the browser's disk cache. */
export class LetterListModel extends RelationalModel {
    static withCache = false;
}

/** The list of letters: shows new ones while mail is checked (guide E4). */
export class LetterListController extends ListController {
    static template = "iris_email.LetterListView";
    static components = {
        ...ListController.components,
        CheckMailButton,
        CheckMailProgress,
    };

    setup() {
        this.letters = useService("iris_email.letters"); // the model loads in super.setup()
        super.setup();
        const checkMail = useService("iris_email.check_mail");
        const refresh = useDebounced(() => this.refresh(), REFRESH_DELAY);
        useBus(checkMail.bus, "LETTERS", refresh);
        useBus(this.letters.bus, "CHANGED", () => this.reload());
        this.trash = useTrash({
            isInTrash: () => Boolean(this.env.searchModel.isInTrash),
            getIds: () => this.model.root.getResIds(true),
        });
    }

    /** @override each load may come after letters were read, marked or moved */
    get modelParams() {
        const params = super.modelParams;
        // The list waits for what this returns, and must not wait for the numbers.
        const onRootLoaded = () => {
            this.letters.refreshCounts();
        };
        return { ...params, hooks: { ...params.hooks, onRootLoaded } };
    }

    /** @override */
    getStaticActionMenuItems() {
        return { ...super.getStaticActionMenuItems(), ...this.trash.getMenuItems() };
    }

    /** @override the trash's buttons offer Undo */
    async beforeExecuteActionButton(clickParams) {
        if (!this.trash.owns(clickParams.name)) {
            return super.beforeExecuteActionButton(clickParams);
        }
        await this.trash.run(clickParams.name);
        return false;
    }

    /** The list's main button, unless letters can be written here. */
    get checkMailClass() {
        return this.activeActions.create ? "btn-secondary" : "btn-primary";
    }

    /** @returns {string | undefined} what an empty list says: filters may be the reason */
    get noContentHelp() {
        const { noContentHelp } = this.props.info;
        if (!noContentHelp || !this.env.searchModel.facets.length) {
            return noContentHelp;
        }
        // Terms within a template literal are not found by the export of translations.
        if (this.env.searchModel.isInTrash && this.env.searchModel.facets.length === 1) {
            const title = _t("The trash is empty");
            return markup`<p class="o_view_nocontent_neutral_face">${title}</p>`;
        }
        const title = _t("No letters match");
        const advice = _t("Take a filter away, or choose another type or mailbox.");
        return markup`
            <p class="o_view_nocontent_neutral_face">${title}</p>
            <p>${advice}</p>`;
    }

    /** Load the letters anew; if this was the last page and nothing is left of it, the one before. */
    async reload() {
        await this.model.load();
        const { root } = this.model;
        if (root.offset && !root.isGrouped && !root.records.length) {
            await root.load({ offset: Math.max(0, root.offset - root.limit) });
        }
    }

    /** Load the page of letters anew, and keep what is selected or being edited. */
    async refresh() {
        const { root, isReady } = this.model;
        if (!isReady || root.editedRecord || root.isDomainSelected) {
            return;
        }
        const selectedIds = new Set(root.selection.map((letter) => letter.resId));
        await root.load();
        await Promise.all(
            root.records
                .filter((letter) => selectedIds.has(letter.resId))
                .map((letter) => letter.toggleSelection(true))
        );
    }
}

export const letterListView = {
    ...listView,
    Controller: LetterListController,
    Model: LetterListModel,
    SearchModel: LetterSearchModel,
    SearchPanel: LetterSearchPanel,
    buttonTemplate: "iris_email.LetterListView.Buttons",
};

registry.category("views").add("iris_email_list", letterListView);
