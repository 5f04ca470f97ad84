import { Component, onWillStart, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { LetterFrame } from "../letter_body/letter_frame";

const MODEL = "iris.email";

/**
 * Choose the charset of a letter that names a wrong one. A choice is tried at once, so that its
 * outcome is seen; whoever does not keep it has it taken back.
 */
export class CharsetDialog extends Component {
    static template = "iris_email.CharsetDialog";
    static components = { Dialog, LetterFrame };
    static props = {
        letterId: Number,
        charset: { type: [String, { value: false }] },
        onReread: Function,
        close: Function,
    };

    setup() {
        this.title = _t("Re-read as…");
        this.orm = useService("orm");
        // Escape and the cross are Cancel, too.
        this.env.dialogData.dismiss = () => this.takeBack();
        this.state = useState({
            charsets: [],
            charset: this.props.charset || "",
            subject: "",
            isBusy: false,
            version: 0,
        });
        onWillStart(async () => {
            [this.state.charsets] = await Promise.all([
                this.orm.call(MODEL, "get_charsets", []),
                this.readSubject(),
            ]);
        });
    }

    async readSubject() {
        const [{ subject }] = await this.orm.read(MODEL, [this.props.letterId], ["subject"]);
        this.state.subject = subject || _t("(no subject)");
    }

    async choose(charset) {
        const former = this.state.charset;
        Object.assign(this.state, { charset, isBusy: true });
        try {
            await this.reread(charset);
            await this.readSubject();
            this.state.version++;
        } catch (error) {
            this.state.charset = former;
            throw error;
        } finally {
            this.state.isBusy = false;
        }
    }

    async reread(charset) {
        await this.orm.call(MODEL, "reread_as", [[this.props.letterId], charset || false]);
        this.props.onReread();
    }

    async takeBack() {
        if (this.state.charset !== (this.props.charset || "")) {
            await this.reread(this.props.charset);
        }
    }

    async cancel() {
        await this.takeBack();
        this.props.close();
    }
}
