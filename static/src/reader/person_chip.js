import { Component, onWillUnmount, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { usePopover } from "@web/core/popover/popover_hook";
import { getPersonLabel, makeHonest } from "./people";
import { PersonCard } from "./person_card";

// Whoever only moves the mouse across does not want to see a card, and the way to it is no leaving.
const OPEN_DELAY = 400;
const CLOSE_DELAY = 300;

const CARD = { position: "bottom-start", popoverClass: "o_iris_person_popover", role: "dialog" };

/** Somebody in the head of a letter, with their card: by mouse while it is there, or for longer. */
export class PersonChip extends Component {
    static template = "iris_email.PersonChip";
    static props = { person: Object, isSender: { type: Boolean, optional: true } };

    setup() {
        this.root = useRef("root");
        this.state = useState({ isOpen: false });
        const onClose = () => (this.state.isOpen = false);
        this.card = usePopover(PersonCard, { ...CARD, onClose });
        this.glimpse = usePopover(PersonCard, { ...CARD, setActiveElement: false });
        onWillUnmount(() => browser.clearTimeout(this.timer));
    }

    get label() {
        return getPersonLabel(this.props.person);
    }

    get email() {
        return makeHonest(this.props.person.email);
    }

    /** @returns {string} for screen readers; the address of the sender is always said */
    get fullLabel() {
        const isBoth = this.props.isSender && this.label !== this.email;
        return isBoth ? `${this.label} ${this.email}` : this.label;
    }

    toggle() {
        browser.clearTimeout(this.timer);
        const wasOpen = this.card.isOpen;
        this.glimpse.close();
        this.card.close();
        if (!wasOpen) {
            this.card.open(this.root.el, { person: this.props.person });
            this.state.isOpen = true;
        }
    }

    onPointerEnter({ pointerType }) {
        if (pointerType === "mouse") {
            this.wait(OPEN_DELAY, () => this.openGlimpse());
        }
    }

    openGlimpse() {
        if (!this.card.isOpen && !this.glimpse.isOpen) {
            this.glimpse.open(this.root.el, {
                person: this.props.person,
                onPointerEnter: () => browser.clearTimeout(this.timer),
                onPointerLeave: () => this.onPointerLeave(),
            });
        }
    }

    onPointerLeave() {
        this.wait(CLOSE_DELAY, () => this.glimpse.close());
    }

    wait(delay, callback) {
        browser.clearTimeout(this.timer);
        this.timer = browser.setTimeout(callback, delay);
    }
}
