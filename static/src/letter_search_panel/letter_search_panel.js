import { useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useBus, useService } from "@web/core/utils/hooks";
import { SearchPanel } from "@web/search/search_panel/search_panel";
import { formatInteger } from "@web/views/fields/formatters";

// Names of filters in the search view, in the order in which they stand here.
const ICONS = {
    unread: "fa-envelope",
    mine: "fa-user",
    important: "fa-star",
    with_files: "fa-paperclip",
};
const TRASH_ICON = "fa-trash-o";

/** The search panel of letters: quick filters above the native sections, numbers, the trash. */
export class LetterSearchPanel extends SearchPanel {
    static template = "iris_email.LetterSearchPanel";
    static subTemplates = {
        ...SearchPanel.subTemplates,
        category: "iris_email.LetterSearchPanel.Category",
    };

    setup() {
        super.setup();
        const letters = useService("iris_email.letters");
        this.counts = useState(letters.counts);
        const checkMail = useService("iris_email.check_mail");
        useBus(checkMail.bus, "LETTERS", () => letters.refreshCounts());
    }

    /** @returns {Object[]} search items of the quick filters, each with an `icon` */
    get quickFilters() {
        const names = Object.keys(ICONS);
        return this._getFilters((name) => name in ICONS)
            .map((filter) => ({ ...filter, icon: ICONS[filter.name] }))
            .sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
    }

    /** @returns {Object | undefined} the search item of the trash, with an `icon` */
    get trash() {
        const [trash] = this._getFilters((name) => name === "trash");
        return trash && { ...trash, icon: TRASH_ICON };
    }

    _getFilters(isWanted) {
        return this.env.searchModel.getSearchItems(
            ({ type, name }) => type === "filter" && isWanted(name)
        );
    }

    /** @override the folded panel names the quick filters, too */
    getFilterSelection() {
        const active = [...this.quickFilters, this.trash].filter((filter) => filter?.isActive);
        return [
            ...active.map(({ description, icon }) => ({ values: [description], icon })),
            ...super.getFilterSelection(),
        ];
    }

    /** @override without sections the panel is not empty: it has the quick filters */
    updateActiveValues() {
        const { sidebarExpanded } = this.state;
        super.updateActiveValues();
        this.state.sidebarExpanded = sidebarExpanded;
        const { isInTrash, typeCategory } = this.env.searchModel;
        if (isInTrash && typeCategory) {
            // The user is in the trash and not in "All".
            delete this.state.active[typeCategory.id];
        }
    }

    /** @override "All" is a way out of the trash, although all types are shown in there */
    async toggleCategory(category, value) {
        const { searchModel } = this.env;
        const isShown = category.activeValueId === value.id;
        await super.toggleCategory(category, value);
        if (isShown && this.isType(category) && searchModel.isInTrash) {
            searchModel.toggleCategoryValue(category.id, value.id);
        }
    }

    isType(section) {
        return section.fieldName === "type";
    }

    toggleQuickFilter(filter) {
        this.env.searchModel.toggleSearchItem(filter.id);
    }

    /**
     * @returns {{ text: string, label: string } | null} what stands beside a value of a section:
     *  the number of unread letters, of drafts, of letters that wait to be sent
     */
    getCount({ fieldName }, valueId) {
        const { unread, mailboxes, drafts, outbox, capped } = this.counts;
        if (fieldName === "mailbox_id") {
            return describe(mailboxes[valueId], capped, (text) => _t("Unread: %s", text));
        }
        if (fieldName !== "type") {
            return null;
        }
        switch (valueId) {
            case "inbox":
                return describe(unread, capped, (text) => _t("Unread: %s", text));
            case "draft":
                return describe(drafts, false, (text) => _t("Drafts: %s", text));
            case "outbox":
                return describe(outbox, false, (text) => _t("Not sent yet: %s", text));
        }
        return null;
    }
}

function describe(number, isCapped, getLabel) {
    if (!number) {
        return null;
    }
    const text = formatInteger(number) + (isCapped ? "+" : "");
    return { text, label: getLabel(text) };
}
