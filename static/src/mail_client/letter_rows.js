import { Component, useEffect, useRef } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { useBus } from "@web/core/utils/hooks";
import { formatInteger } from "@web/views/fields/formatters";
import { ActionHelper } from "@web/views/action_helper";
import { formatShortTime } from "../core/dates";
import { getLetterMarks } from "../letter_fields/letter_marks";

const { DateTime } = luxon;

const MIDDLE_BUTTON = 1;

/** The letters of a page, one under the other, with what says whether to open one. */
export class LetterRows extends Component {
    static template = "iris_email.LetterRows";
    static components = { ActionHelper };
    static props = {
        list: Object,
        openedId: [Number, Boolean],
        density: String,
        hasConversations: Boolean,
        toggleConversations: Function,
        marks: Object,
        noContentHelp: { type: String, optional: true },
        getUrl: Function,
        openLetter: Function,
        openCard: Function,
        toggleStar: Function,
        // What Odoo hands to the renderer of a list, and letters have no use for.
        "*": true,
    };

    setup() {
        this.rootRef = useRef("root");
        this.lastToggled = null; // where a selection with Shift begins
        useEffect(
            () => this.showOpened(),
            () => [this.props.openedId]
        );
        useBus(this.env.searchModel, "focus-view", () => this.focusRow());
    }

    /** Keep the opened letter in sight, and the focus on it, while the user goes on with j and k. */
    showOpened() {
        const row = this.rootRef.el?.querySelector(".o_opened");
        row?.scrollIntoView({ block: "nearest" });
        const { activeElement } = document;
        if (activeElement === document.body || this.rootRef.el?.contains(activeElement)) {
            row?.querySelector(".o_iris_row_open").focus({ preventScroll: true });
        }
    }

    /** The search bar hands the focus on: to the opened letter, or to the first one. */
    focusRow() {
        const { el } = this.rootRef;
        const row = el.querySelector(".o_opened") || el.querySelector(".o_iris_row");
        row?.querySelector(".o_iris_row_open").focus();
    }

    /** @returns {Object} what a row shows */
    getRow(record) {
        const data = { ...record.data, ...this.props.marks[record.resId] };
        const isReceived = data.type === "inbox";
        const subject = data.subject || _t("(no subject)");
        const who = isReceived ? data.sender_name : data.recipient_names;
        return {
            subject,
            who: who || (isReceived ? _t("(no sender)") : _t("(no recipient)")),
            isTo: !isReceived && Boolean(who),
            time: formatShortTime(data.date),
            fullTime: data.date ? data.date.toLocaleString(DateTime.DATETIME_FULL) : "",
            isoTime: data.date ? data.date.toISO() : "",
            preview: data.preview || "",
            isUnread: this.isUnread(record),
            isImportant: data.is_important,
            hasFiles: data.has_attachments,
            marks: getLetterMarks(data),
            size: data.conversation_size > 1 ? formatInteger(data.conversation_size) : "",
            sizeLabel: _t("Letters in this conversation: %s", data.conversation_size),
            selectLabel: _t("Select “%s”", subject),
        };
    }

    /** A folded row is new while any of its letters is. */
    isUnread({ resId, data }) {
        const { hasConversations, marks } = this.props;
        const isUnread = marks[resId]?.is_unread ?? data.is_unread;
        const isAlone = !hasConversations || data.conversation_size === 1;
        return isAlone ? isUnread : data.conversation_unread > 0;
    }

    onClick(ev, record) {
        if (ev.target.closest(".o_iris_row_check")) {
            return;
        }
        if (ev.shiftKey) {
            this.selectTo(record);
        } else if (ev.ctrlKey || ev.metaKey) {
            this.toggle(record);
        } else {
            this.props.openLetter(record.resId);
        }
    }

    /** No text is marked by a click with Shift, and nothing is scrolled by the middle button. */
    onMouseDown(ev) {
        if (ev.shiftKey || ev.button === MIDDLE_BUTTON) {
            ev.preventDefault();
        }
    }

    onDoubleClick(ev, record) {
        if (!ev.target.closest(".o_iris_row_check")) {
            this.props.openCard(record.resId);
        }
    }

    /** A click with the middle button opens the letter in a new tab. */
    onAuxClick(ev, record) {
        if (ev.button === MIDDLE_BUTTON) {
            browser.open(this.props.getUrl(record.resId), "_blank");
        }
    }

    onCheck(ev, record) {
        if (ev.shiftKey) {
            ev.preventDefault(); // the box shows what is selected, whatever it was before
            this.selectTo(record);
        } else {
            this.toggle(record);
        }
    }

    toggle({ resId }) {
        this.lastToggled = resId;
        return this.select([resId]);
    }

    /**
     * The list may be about to be loaded anew: then the letters that are there afterwards are meant.
     *
     * @param {number[]} ids
     * @param {boolean} [isSelected] none: the other way round
     */
    async select(ids, isSelected) {
        await this.props.list.model.mutex.getUnlockedDef();
        const records = this.props.list.records.filter(({ resId }) => ids.includes(resId));
        await Promise.all(records.map((record) => record.toggleSelection(isSelected)));
    }

    /** Select all from the last one that was selected or opened to this one. */
    selectTo(record) {
        const { records, selection } = this.props.list;
        const start = (selection.length && this.lastToggled) || this.props.openedId;
        const ends = [start, record.resId].map((id) => records.findIndex((r) => r.resId === id));
        const [first, last] = ends.includes(-1)
            ? [ends[1], ends[1]]
            : ends.sort((one, other) => one - other);
        const ids = records.slice(first, last + 1).map(({ resId }) => resId);
        this.lastToggled = record.resId;
        return this.select(ids, true);
    }

    get isAllSelected() {
        const { records, selection } = this.props.list;
        return records.length > 0 && selection.length === records.length;
    }

    toggleAll() {
        return this.props.list.toggleSelection();
    }
}
