import { useState } from "@odoo/owl";
import { useDropzone } from "@web/core/dropzone/dropzone_hook";
import { _t } from "@web/core/l10n/translation";
import { checkFileSize } from "@web/core/utils/files";
import { useService } from "@web/core/utils/hooks";
import { pick } from "@web/core/utils/objects";
import { getBasicEvalContext, getFieldsSpec } from "@web/model/relational_model/utils";

const ROUTE = "/web/binary/upload_attachment";
const ENDS = ["FILE_UPLOAD_LOADED", "FILE_UPLOAD_ERROR"];

/**
 * Files of the letter that is being written (guide F2): they come and go at once, whatever of the
 * text is saved or not. Those that are on their way when the card is left arrive all the same.
 *
 * @param {Object} params
 * @param {Object} params.rootRef files can be dropped on it
 * @param {() => Object} params.getLetter the record
 * @param {() => boolean} params.isWriting
 */
export function useLetterFiles({ rootRef, getLetter, isWriting }) {
    const notification = useService("notification");
    const orm = useService("orm");
    const fileUpload = useService("file_upload");
    const state = useState({ uploads: [] });
    const removing = new Set();
    let queue = Promise.resolve();
    let pending = 0;
    let failures = 0;

    useDropzone(
        rootRef,
        (ev) => add(ev.dataTransfer.files),
        "o_iris_dropzone",
        () => isWriting()
    );

    async function upload(file, resModel, resId) {
        const begun = await fileUpload.upload(ROUTE, [file], {
            buildFormData: (data) => {
                data.append("model", resModel);
                data.append("id", resId);
            },
        });
        state.uploads.push(begun);
        const ended = await whenEnded(begun.id);
        state.uploads = state.uploads.filter(({ id }) => id !== begun.id);
        if (ended.state !== "loaded") {
            failures++; // the service has said why
            return;
        }
        const refusal = getRefusal(ended.xhr.responseText);
        if (refusal) {
            failures++;
            notification.add(`${file.name}: ${refusal}`, { type: "danger", sticky: true });
        }
    }

    /** The card may be gone by then, and its hooks with it. */
    function whenEnded(id) {
        const { bus } = fileUpload;
        return new Promise((resolve) => {
            const onEnd = ({ detail }) => {
                if (detail.upload.id === id) {
                    ENDS.forEach((name) => bus.removeEventListener(name, onEnd));
                    resolve(detail.upload);
                }
            };
            ENDS.forEach((name) => bus.addEventListener(name, onEnd));
        });
    }

    /** Read the list of files anew; what is written in the letter stays as it is. */
    async function refresh(letter) {
        const { model, resModel, resId } = letter;
        const names = ["attachment_ids", "has_attachments"];
        const specification = getFieldsSpec(
            pick(letter.activeFields, ...names),
            letter.fields,
            getBasicEvalContext(letter.config)
        );
        const [values] = await model.orm.webRead(resModel, [resId], { specification });
        if (values && letter.resId === resId) {
            letter._applyValues(values);
        }
    }

    /** @param {Iterable<File>} files */
    function add(files) {
        const letter = getLetter();
        const { resModel, resId } = letter; // the record may move on to another letter
        const accepted = [...files].filter((file) => checkFileSize(file.size, notification));
        if (!accepted.length) {
            return Promise.resolve();
        }
        pending++;
        const adding = queue.then(async () => {
            for (const file of accepted) {
                await upload(file, resModel, resId);
            }
            if (letter.resId === resId) {
                await refresh(letter);
            }
        });
        // What failed must not keep the next files from coming.
        queue = adding.catch(() => failures++).finally(() => pending--);
        return adding;
    }

    async function remove(id) {
        if (removing.has(id)) {
            return;
        }
        removing.add(id);
        try {
            const letter = getLetter();
            await orm.unlink("ir.attachment", [id]);
            await refresh(letter);
        } finally {
            removing.delete(id);
        }
    }

    /** @returns {Promise<boolean>} settled when no file is on its way; whether all have arrived */
    async function whenSettled() {
        const failuresBefore = failures;
        while (pending) {
            await queue;
        }
        return failures === failuresBefore;
    }

    return { state, add, remove, whenSettled, isBusy: () => pending > 0 };
}

/** @returns {string} why a file was not taken, or ""; the route answers 200 in any case */
function getRefusal(answer) {
    try {
        return JSON.parse(answer).find(({ error }) => error)?.error || "";
    } catch {
        return _t("it did not arrive. Your session may be over: sign in again.");
    }
}
