import { Component, onMounted, onPatched, useEffect, useRef, useState } from "@odoo/owl";
import { hasTouch } from "@web/core/browser/feature_detection";
import { getActiveHotkey } from "@web/core/hotkeys/hotkey_service";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast, Mutex } from "@web/core/utils/concurrency";
import { useBus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { getLinks, getRecipients, PARTNER_FIELDS } from "./partners";
import {
    endsEntry,
    formatRecipient,
    formatRecipients,
    isAddress,
    mergeRecipients,
    parseRecipients,
} from "./recipients";
import { RecipientsDialog } from "./recipients_dialog";

const MOST_SUGGESTIONS = 8;
const SUGGESTION_DELAY = 150;
const LOOKS_LIKE_ADDRESS = /[@\uff20\ufe6b]/;

/**
 * Addresses as chips: typed, pasted, suggested while typing, or picked with «+» (guide F4). The
 * value is one text, `Name <a@b.c>, d@e.f`; what is no address stays in it, and is shown as wrong.
 */
export class RecipientsField extends Component {
    static template = "iris_email.RecipientsField";
    static props = {
        ...standardFieldProps,
        placeholder: { type: String, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.root = useRef("root");
        this.input = useRef("input");
        this.keepLast = new KeepLast();
        this.mutex = new Mutex();
        this.state = useState({ suggestions: [], active: -1 });
        this.suggest = useDebounced(() => this.loadSuggestions(), SUGGESTION_DELAY);
        this.chipToFocus = -1;

        const { bus } = this.props.record.model;
        useBus(bus, "NEED_LOCAL_CHANGES", ({ detail }) => {
            // What is being typed becomes a chip when its author is done with it, not before.
            if (!this.props.record.model.isSavingQuietly) {
                detail.proms.push(this.commit());
            }
        });
        useBus(bus, "WILL_SAVE_URGENTLY", () => this.commit());
        onMounted(() => {
            if (this.isWanted) {
                this.input.el?.focus();
            }
        });
        onPatched(() => {
            if (this.chipToFocus >= 0) {
                this.focusChip(this.chipToFocus);
                this.chipToFocus = -1;
            }
        });
        useEffect(
            (active) => {
                this.root.el
                    ?.querySelector(`#${CSS.escape(this.getOptionId(active))}`)
                    ?.scrollIntoView({ block: "nearest" });
            },
            () => [this.state.active]
        );
    }

    /** @returns {boolean} whether the user wants to type here as soon as the field is there */
    get isWanted() {
        const { name, readonly, record } = this.props;
        if (readonly) {
            return false;
        }
        const isUnfolded = record.context.iris_email_unfolded?.at(-1) === name;
        return isUnfolded || (name === "email_to" && !this.value && !hasTouch());
    }

    get value() {
        return this.props.record.data[this.props.name] || "";
    }

    get typed() {
        return this.input.el?.value.trim() || "";
    }

    /** @returns {Object | undefined} the chosen partner, unless more was typed since they were found */
    get suggestion() {
        const { suggestions, active } = this.state;
        return this.typed === this.suggestedFor ? suggestions[active] : undefined;
    }

    get recipients() {
        return parseRecipients(this.value);
    }

    get fieldLabel() {
        return this.props.record.fields[this.props.name].string;
    }

    get listId() {
        return `${this.props.id || this.props.name}_suggestions`;
    }

    get wrongTitle() {
        return _t("This is no e-mail address. Click to mend it.");
    }

    getOptionId(index) {
        return `${this.listId}_${index}`;
    }

    /** A name that looks like an address must not hide the one that the letter goes to. */
    getLabel({ name, email, text, isValid }) {
        const shownName = LOOKS_LIKE_ADDRESS.test(name) ? "" : name;
        return isValid ? shownName || email : text;
    }

    getRemoveLabel(recipient) {
        return _t("Remove %(recipient)s", { recipient: this.getLabel(recipient) });
    }

    // -------------------------------------------------------------------------
    // Changing the value
    // -------------------------------------------------------------------------

    /**
     * Change the value; people type faster than the letter takes it over.
     *
     * @param {(recipients: Recipient[]) => Recipient[]} change
     * @param {Object} [others] further values of the letter
     */
    update(change, others = {}) {
        const { record, name } = this.props;
        const run = () => {
            const value = formatRecipients(change(this.recipients)) || false;
            return record.update({ ...others, [name]: value });
        };
        // While the page is being closed, there is no time to wait.
        return record.model._urgentSave ? run() : this.mutex.exec(run);
    }

    /** Make chips of what stands in the input. */
    async commit() {
        const text = this.typed;
        if (!text) {
            return;
        }
        this.clearInput();
        await this.add(parseRecipients(text));
        this.props.record.model.bus.trigger("FIELD_IS_DIRTY", false);
    }

    async add(added, others) {
        await this.update((recipients) => mergeRecipients(recipients, added), others);
    }

    async remove(index) {
        await this.update((recipients) =>
            recipients.filter((_one, position) => position !== index)
        );
    }

    /** Let the user change a chip as text. */
    async edit(index) {
        const recipient = this.recipients[index];
        await this.commit();
        await this.remove(index);
        const input = this.input.el;
        input.value = formatRecipient(recipient);
        input.focus();
        input.select();
    }

    // -------------------------------------------------------------------------
    // Typing
    // -------------------------------------------------------------------------

    onInput() {
        const text = this.input.el.value;
        const isDone = endsEntry(text) || (text.endsWith(" ") && isAddress(text.trim()));
        if (isDone) {
            return this.commit();
        }
        this.props.record.model.bus.trigger("FIELD_IS_DIRTY", Boolean(text.trim()));
        this.suggest();
    }

    async onPaste(ev) {
        const pasted = parseRecipients(ev.clipboardData?.getData("text/plain"));
        const { value, selectionStart, selectionEnd } = this.input.el;
        const isAllReplaced = !value || selectionEnd - selectionStart === value.length;
        // The browser would join lines to one word.
        if (pasted.length > 1 || (isAllReplaced && pasted[0]?.isValid)) {
            ev.preventDefault();
            const typed = isAllReplaced ? [] : parseRecipients(value);
            this.clearInput();
            await this.add([...typed, ...pasted]);
        }
    }

    async onKeydown(ev) {
        const { el } = this.input;
        const { suggestions, active } = this.state;
        const isAtStart = !el.selectionStart && !el.selectionEnd;
        switch (getActiveHotkey(ev)) {
            case "enter":
            case "tab": {
                const isEnter = ev.key === "Enter";
                if (isEnter || this.suggestion) {
                    ev.preventDefault();
                }
                await this.finish(isEnter);
                break;
            }
            case "arrowdown":
            case "arrowup": {
                if (suggestions.length) {
                    ev.preventDefault();
                    const { length } = suggestions;
                    this.state.active =
                        ev.key === "ArrowDown"
                            ? (active + 1) % length
                            : (Math.max(active, 0) + length - 1) % length;
                }
                break;
            }
            case "escape":
                if (suggestions.length) {
                    ev.stopPropagation();
                    this.closeSuggestions();
                }
                break;
            case "backspace": {
                const last = this.recipients.length - 1;
                if (isAtStart && !el.value && last >= 0 && !ev.repeat) {
                    // A key held down to clear the text does not go on with the chips.
                    ev.preventDefault();
                    await (this.recipients[last].isValid ? this.remove(last) : this.edit(last));
                }
                break;
            }
            case "arrowleft":
                if (isAtStart) {
                    this.focusChip(this.recipients.length - 1);
                }
                break;
        }
    }

    /**
     * Take the suggestion, or what is typed.
     *
     * @param {boolean} mayWait whether to look for suggestions that are not there yet
     */
    async finish(mayWait) {
        const text = this.typed;
        this.suggest.cancel();
        if (mayWait && text && text !== this.suggestedFor && !isAddress(text)) {
            await this.loadSuggestions();
        }
        await (this.suggestion ? this.pick(this.suggestion) : this.commit());
    }

    async onChipKeydown(ev, index) {
        switch (getActiveHotkey(ev)) {
            case "arrowleft":
                this.focusChip(Math.max(index - 1, 0));
                break;
            case "arrowright":
                this.focusChip(index + 1);
                break;
            case "backspace":
            case "delete":
                ev.preventDefault();
                this.chipToFocus = Math.min(index, this.recipients.length - 2);
                await this.remove(index);
                if (!this.recipients.length) {
                    this.input.el.focus();
                }
                break;
        }
    }

    focusChip(index) {
        const chips = this.root.el.querySelectorAll(".o_iris_recipient_text");
        (chips[index] || this.input.el).focus();
    }

    async onBlur() {
        await this.commit();
        this.closeSuggestions();
    }

    onClickField(ev) {
        if (ev.target === ev.currentTarget) {
            this.input.el.focus();
        }
    }

    // -------------------------------------------------------------------------
    // Contacts and companies
    // -------------------------------------------------------------------------

    async loadSuggestions() {
        const text = this.typed;
        if (!text) {
            this.closeSuggestions();
            return;
        }
        const domain = [
            ["email", "!=", false],
            "|",
            ["complete_name", "ilike", text],
            ["email", "ilike", text],
        ];
        const search = this.orm.silent.webSearchRead("res.partner", domain, {
            specification: PARTNER_FIELDS,
            limit: MOST_SUGGESTIONS,
        });
        const { records } = await this.keepLast.add(search);
        if (this.typed !== text) {
            return;
        }
        this.suggestedFor = text;
        this.state.suggestions = records;
        // A whole address is taken as it is typed.
        this.state.active = records.length && !isAddress(text) ? 0 : -1;
    }

    clearInput() {
        this.input.el.value = "";
        this.suggest.cancel();
        this.suggestedFor = undefined;
        this.closeSuggestions();
    }

    closeSuggestions() {
        Object.assign(this.state, { suggestions: [], active: -1 });
    }

    async pick(partner) {
        this.clearInput();
        await this.addPartners([partner]);
    }

    /** Add partners, and link the letter to them if it has no contact and company (guide F5, F6). */
    async addPartners(partners) {
        const { name, record } = this.props;
        const isLinked = record.data.contact_id || record.data.company_partner_id;
        const links = name === "email_to" && !isLinked ? getLinks(partners) : {};
        await this.add(getRecipients(partners), links);
    }

    openDialog() {
        this.input.el.focus(); // on phones the toolbar of the editor would cover the dialog
        this.dialog.add(
            RecipientsDialog,
            {
                resModel: "res.partner",
                title: _t("Recipients"),
                onSelected: async (ids) => {
                    const partners = await this.orm.webRead("res.partner", ids, {
                        specification: PARTNER_FIELDS,
                    });
                    await this.addPartners(partners);
                },
            },
            { onClose: () => this.input.el?.focus() }
        );
    }
}

registry.category("fields").add("iris_email_recipients", {
    component: RecipientsField,
    displayName: _t("Recipients"),
    supportedTypes: ["char", "text"],
    extractProps: ({ placeholder }) => ({ placeholder }),
    isEmpty: (record, fieldName) => !record.data[fieldName],
});
