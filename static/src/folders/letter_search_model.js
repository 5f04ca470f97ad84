import { Domain } from "@web/core/domain";
import { SearchModel } from "@web/search/search_model";
import { getMailSettings } from "../mail_settings/mail_settings";
import { FIRST_FOLDER, getFolder } from "./folders";

// Views in which the folders stand beside the letters. The others show what all folders hold.
const VIEWS_WITH_FOLDERS = ["mailbox", "list"];

/**
 * The search of letters within a folder and, if one is chosen, within a mailbox. Where the user is
 * outlives a look at other views, a reload, and can be linked: it stands in the address.
 */
export class LetterSearchModel extends SearchModel {
    /** @override */
    setup() {
        super.setup(...arguments);
        this.placeService = this.env.services["iris_email.place"];
        this.folderName = FIRST_FOLDER;
        this.mailboxId = false;
        this.isDescribing = false;
    }

    /** @override */
    async load(config) {
        const { iris_email_folder: folder } = config.context || {};
        if (getFolder(folder)) {
            this.folderName = folder;
        }
        this.linkedPlace = this.placeService.takePlace();
        Object.assign(this, this.linkedPlace);
        await super.load(config);
    }

    /** @override */
    exportState() {
        return { ...super.exportState(), place: { ...this.place } };
    }

    /** @override what the browser keeps of an address may be older than the address */
    _importState(state) {
        super._importState(state);
        Object.assign(this, state.place, this.linkedPlace);
    }

    /** @returns {{ folderName: string, mailboxId: number | false }} where the user is */
    get place() {
        const { folderName, mailboxId } = this;
        return { folderName, mailboxId };
    }

    /** @returns {import("./folders").Folder} */
    get folder() {
        return getFolder(this.folderName);
    }

    get isInTrash() {
        return this.display.searchPanel && this.folderName === "trash";
    }

    /**
     * Go to a folder or a mailbox.
     *
     * @param {{ folderName?: string, mailboxId?: number | false }} place
     */
    goTo(place) {
        Object.assign(this, place);
        return this._notify();
    }

    /** @override */
    _getDisplay(display = {}) {
        const { viewType } = this.env.config;
        return {
            ...super._getDisplay(display),
            searchPanel: VIEWS_WITH_FOLDERS.includes(viewType) && display.searchPanel !== false,
        };
    }

    /** @override */
    _getSearchPanelDomain() {
        const { mailboxId } = this;
        const mailbox = mailboxId ? [["mailbox_id", "=", mailboxId]] : [];
        return Domain.and([this.folder.domain, mailbox]);
    }

    /** @override */
    _getContext() {
        const context = super._getContext();
        if (this.isDescribing) {
            return context;
        }
        const { viewType } = this.env.config;
        if (this.isInTrash) {
            context.iris_email_trash = true;
        }
        if (viewType === "mailbox" && getMailSettings().conversations) {
            context.iris_email_conversations = true;
        }
        if (!VIEWS_WITH_FOLDERS.includes(viewType)) {
            context.iris_email_folder = "all"; // who looks into a number sees all that it counts
        }
        return context;
    }

    /** @override letters are folded in their own order only, and have no columns to sort them by */
    _getOrderBy() {
        return this.env.config.viewType === "mailbox" ? [] : super._getOrderBy();
    }

    /** @override what is kept as a favourite is for all folders */
    _getIrFilterDescription() {
        const { display } = this;
        this.display = { ...display, searchPanel: false };
        this.isDescribing = true;
        try {
            return super._getIrFilterDescription(...arguments);
        } finally {
            this.display = display;
            this.isDescribing = false;
        }
    }

    /** Search anew: the settings have changed. */
    refresh() {
        return this._notify();
    }
}
