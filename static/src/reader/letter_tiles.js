import { Component } from "@odoo/owl";
import { FileModelMixin } from "@web/core/file_viewer/file_model";
import { useFileViewer } from "@web/core/file_viewer/file_viewer_hook";
import { _t } from "@web/core/l10n/translation";
import { formatFileSize } from "../core/file_size";
import { makeHonest } from "./people";

// Of these the server can make small pictures.
const WITH_THUMBNAIL = ["image/gif", "image/jpeg", "image/png", "image/webp"];

/** A file of a letter, as Odoo's viewer wants it. */
class LetterFile extends FileModelMixin(Object) {
    constructor({ id, name, mimetype, size }) {
        super();
        this.id = id;
        this.name = makeHonest(name);
        this.mimetype = mimetype;
        this.size = formatFileSize(size);
    }

    get thumbnail() {
        return WITH_THUMBNAIL.includes(this.mimetype) && `/web/image/${this.id}/128x128`;
    }

    get openLabel() {
        return this.isViewable
            ? _t("View %(file)s", { file: this.name })
            : _t("Download %(file)s", { file: this.name });
    }

    get downloadLabel() {
        return _t("Download %(file)s", { file: this.name });
    }
}

/** The files of a letter as tiles: they are looked at in place, or downloaded. */
export class LetterTiles extends Component {
    static template = "iris_email.LetterTiles";
    static props = { letterId: Number, files: Array };

    setup() {
        this.viewer = useFileViewer();
    }

    get files() {
        return this.props.files.map((file) => new LetterFile(file));
    }

    get archiveUrl() {
        return `/iris_email/letter/${this.props.letterId}/files.zip`;
    }

    open(ev, file) {
        if (file.isViewable) {
            ev.preventDefault();
            const files = this.files;
            this.viewer.open(
                files.find(({ id }) => id === file.id),
                files
            );
        }
    }
}
