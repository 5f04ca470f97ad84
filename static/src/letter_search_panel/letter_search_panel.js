import { SearchPanel } from "@web/search/search_panel/search_panel";

// Names of filters in the search view, in the order in which they stand here.
const ICONS = {
    unread: "fa-envelope",
    mine: "fa-user",
    important: "fa-star",
    with_files: "fa-paperclip",
};

/** The search panel of letters: quick filters above the native sections. */
export class LetterSearchPanel extends SearchPanel {
    static template = "iris_email.LetterSearchPanel";

    /** @returns {Object[]} search items of the quick filters, each with an `icon` */
    get quickFilters() {
        const filters = this.env.searchModel.getSearchItems(
            ({ type, name }) => type === "filter" && name in ICONS
        );
        const names = Object.keys(ICONS);
        return filters
            .map((filter) => ({ ...filter, icon: ICONS[filter.name] }))
            .sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
    }

    /** @override the folded panel names the quick filters, too */
    getFilterSelection() {
        const active = this.quickFilters.filter((filter) => filter.isActive);
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
    }

    toggleQuickFilter(filter) {
        this.env.searchModel.toggleSearchItem(filter.id);
    }
}
