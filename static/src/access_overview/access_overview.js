import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { imageUrl } from "@web/core/utils/urls";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

// The letters' own types that follow the default access alone.
const PRIVATE_TYPES = ["draft", "template"];

/** Who may do what with a letter, and why (guide A4, C3-C6, D3-D7). */
export class AccessOverviewField extends Component {
    static template = "iris_email.AccessOverviewField";
    static props = { ...standardFieldProps };

    get permissions() {
        return [
            { name: "read", label: _t("Read") },
            { name: "edit", label: _t("Edit") },
            { name: "delete", label: _t("Delete") },
            { name: "access", label: _t("Change access") },
        ];
    }

    get letter() {
        return this.props.record.data;
    }

    /** @returns {Object[]} the rows, each with a `key`, an `avatar` for users, and `isMine` */
    get rows() {
        const rows = this.letter[this.props.name] || [];
        return rows.map((row) => ({
            ...row,
            key: `${row.kind} ${row.id}`,
            avatar: row.kind === "user" && imageUrl("res.users", row.id, "avatar_128"),
            isMine: row.kind === "user" && row.id === user.userId,
        }));
    }

    /** @returns {string} what decides on this letter */
    get origin() {
        const { custom_access, type, state } = this.letter;
        if (custom_access) {
            return _t("Shared by hand: this list alone decides who may do what with the letter.");
        }
        if (type === "inbox") {
            return _t("This letter follows the rights on its mailbox and the default access.");
        }
        if (PRIVATE_TYPES.includes(type) || (type === "outbox" && !state)) {
            return _t("This letter is not sent yet, so it follows the default access alone.");
        }
        return _t(
            "This letter follows the rights on outgoing letters of its mailbox and the default access."
        );
    }

    /** @returns {string} what the user may do; read is the least, or the letter would not be shown */
    get summary() {
        const held = this.permissions.filter(
            ({ name }) => name === "read" || this.letter[`can_${name}`]
        );
        const names = held.map(({ label }) => label.toLowerCase()).join(", ");
        return _t("You may: %(permissions)s.", { permissions: names });
    }

    getAnswer(row, name) {
        return row[name] ? _t("Yes") : _t("No");
    }
}

registry.category("fields").add("iris_email_access_overview", {
    component: AccessOverviewField,
    displayName: _t("Who has access"),
    supportedTypes: ["json"],
    fieldDependencies: [
        { name: "type", type: "selection" },
        { name: "state", type: "selection" },
        { name: "custom_access", type: "boolean" },
        { name: "can_edit", type: "boolean" },
        { name: "can_delete", type: "boolean" },
        { name: "can_access", type: "boolean" },
    ],
});
