import { Component, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { useBus, useService } from "@web/core/utils/hooks";
import { formatInteger } from "@web/views/fields/formatters";
import { FOLDERS } from "./folders";

const FOLDED_KEY = "iris_email.folders_folded";

// Narrower than this, the names of the folders would leave too little for list and reader.
const NARROW = "(max-width: 1199px)";

/** Folders and mailboxes with what waits in them, beside the letters. */
export class FolderPanel extends Component {
    static template = "iris_email.FolderPanel";
    static components = { Dropdown, DropdownItem };
    static props = {};

    setup() {
        const letters = useService("iris_email.letters");
        this.placeService = useService("iris_email.place");
        this.counts = useState(letters.counts);
        this.state = useState({ isFolded: this.wasFolded() });
        useBus(useService("iris_email.check_mail").bus, "LETTERS", () => letters.refreshCounts());
        useBus(this.env.searchModel, "update", () => this.render());
    }

    wasFolded() {
        const stored = browser.localStorage.getItem(FOLDED_KEY);
        return stored === null ? browser.matchMedia(NARROW).matches : stored === "1";
    }

    toggleFolded() {
        this.state.isFolded = !this.state.isFolded;
        browser.localStorage.setItem(FOLDED_KEY, this.state.isFolded ? "1" : "0");
    }

    get foldTitle() {
        return this.state.isFolded ? _t("Show the names of folders") : _t("Show only icons");
    }

    /** @returns {Object[]} the places of both sections: `key`, `label`, `icon`, `place`, `count`… */
    get folders() {
        return FOLDERS.map(({ name, label, icon }) =>
            this.describe({
                key: name,
                label: label(),
                icon,
                place: { folderName: name },
                count: this.getFolderCount(name),
            })
        );
    }

    get mailboxes() {
        const { places = [], capped } = this.counts;
        if (!places.length) {
            return [];
        }
        const all = this.describe({
            key: "all mailboxes",
            isFirstMailbox: true,
            label: _t("All mailboxes"),
            icon: "fa-globe",
            place: { mailboxId: false },
        });
        const each = places.map(({ id, name, unread }) =>
            this.describe({
                key: id,
                label: name,
                icon: "fa-at",
                place: { mailboxId: id },
                count: getCount(unread, capped, (text) => _t("Unread: %s", text)),
            })
        );
        return [all, ...each];
    }

    describe(item) {
        const { place } = this.env.searchModel;
        const isActive = Object.entries(item.place).every(([key, value]) => place[key] === value);
        const url = this.placeService.getUrl({ ...place, ...item.place });
        return { ...item, isActive, url };
    }

    get activeFolder() {
        return this.folders.find(({ isActive }) => isActive);
    }

    get activeMailbox() {
        return this.mailboxes.find(({ isActive, place }) => isActive && place.mailboxId);
    }

    /** A click with Ctrl is for the browser, not for Odoo: it opens the address in a new tab. */
    onClick(ev, { place }) {
        if (ev.ctrlKey || ev.metaKey || ev.shiftKey || ev.button) {
            ev.stopPropagation();
            return;
        }
        ev.preventDefault();
        this.goTo(place);
    }

    goTo(place) {
        return this.env.searchModel.goTo(place);
    }

    getFolderCount(name) {
        const { unread, drafts, outbox, capped } = this.counts;
        switch (name) {
            case "inbox":
            case "unread":
                return getCount(unread, capped, (text) => _t("Unread: %s", text));
            case "drafts":
                return getCount(drafts, false, (text) => _t("Drafts: %s", text));
            case "outgoing":
                return getCount(outbox, false, (text) => _t("Not sent yet: %s", text));
        }
        return null;
    }
}

/** @returns {{ text: string, label: string } | null} */
function getCount(number, isCapped, getLabel) {
    if (!number) {
        return null;
    }
    const text = formatInteger(number) + (isCapped ? "+" : "");
    return { text, label: getLabel(text) };
}
