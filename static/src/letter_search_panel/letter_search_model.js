import { SearchModel } from "@web/search/search_model";

/**
 * The search of letters, where the trash is a folder beside the types: it holds letters of all
 * types, and choosing a type leaves it.
 */
export class LetterSearchModel extends SearchModel {
    /** @override */
    async load() {
        await super.load(...arguments);
        this.wasInTrash = this.isInTrash;
    }

    get trashFilter() {
        return Object.values(this.searchItems).find(
            ({ type, name }) => type === "filter" && name === "trash"
        );
    }

    get typeCategory() {
        return this.categories.find(({ fieldName }) => fieldName === "type");
    }

    /** @returns {boolean} */
    get isInTrash() {
        const { trashFilter } = this;
        return (
            Boolean(trashFilter) &&
            this.query.some(({ searchItemId }) => searchItemId === trashFilter.id)
        );
    }

    /** @override */
    toggleCategoryValue(sectionId, valueId) {
        if (this.isInTrash && sectionId === this.typeCategory?.id) {
            const { id } = this.trashFilter;
            this.query = this.query.filter(({ searchItemId }) => searchItemId !== id);
            this.wasInTrash = false;
        }
        super.toggleCategoryValue(sectionId, valueId);
    }

    /** @override the filter comes and goes in many ways, and each of them ends here */
    _notify() {
        if (!this.blockNotification) {
            this._followTrash();
        }
        return super._notify();
    }

    /** Show letters of all types in the trash, and outside of it the type from before. */
    _followTrash() {
        const { isInTrash, typeCategory, searchPanelInfo } = this;
        if (isInTrash === this.wasInTrash || !typeCategory) {
            return;
        }
        this.wasInTrash = isInTrash;
        // What is noted there survives a look at a letter's card.
        if (isInTrash) {
            searchPanelInfo.typeBeforeTrash = typeCategory.activeValueId;
            typeCategory.activeValueId = false;
        } else {
            typeCategory.activeValueId = searchPanelInfo.typeBeforeTrash ?? false;
        }
    }
}
