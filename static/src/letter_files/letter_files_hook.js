import { useState } from "@odoo/owl";
import { useDropzone } from "@web/core/dropzone/dropzone_hook";
import { checkFileSize } from "@web/core/utils/files";
import { useBus, useService } from "@web/core/utils/hooks";
import { pick } from "@web/core/utils/objects";
import { getBasicEvalContext, getFieldsSpec } from "@web/model/relational_model/utils";

const ROUTE = "/web/binary/upload_attachment";

/**
 * Files of the letter that is being written (guide F2): they come and go at once, whatever of the
 * text is saved or not.
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
    const waiting = new Map(); // id of an upload → what to do at its end
    let queue = Promise.resolve();

    const settle = ({ detail }) => {
        const { upload } = detail;
        waiting.get(upload.id)?.(upload);
    };
    useBus(fileUpload.bus, "FILE_UPLOAD_LOADED", settle);
    useBus(fileUpload.bus, "FILE_UPLOAD_ERROR", settle);
    useDropzone(
        rootRef,
        (ev) => add(ev.dataTransfer.files),
        "o_iris_dropzone",
        () => isWriting()
    );

    async function upload(file, letter) {
        const { resModel, resId } = letter;
        const done = await fileUpload.upload(ROUTE, [file], {
            buildFormData: (data) => {
                data.append("model", resModel);
                data.append("id", resId);
            },
        });
        state.uploads.push(done);
        const ended = await new Promise((resolve) => waiting.set(done.id, resolve));
        waiting.delete(done.id);
        state.uploads = state.uploads.filter(({ id }) => id !== done.id);
        if (ended.state === "loaded") {
            tellRefusals(ended, file);
        }
    }

    /** The route answers 200 also if it took nothing. */
    function tellRefusals({ xhr }, file) {
        for (const { error } of JSON.parse(xhr.responseText)) {
            if (error) {
                notification.add(`${file.name}: ${error}`, { type: "danger", sticky: true });
            }
        }
    }

    /** Read the list of files anew; what is written in the letter stays as it is. */
    async function refresh(letter) {
        const { resModel, resId } = letter;
        const names = ["attachment_ids", "has_attachments"];
        const specification = getFieldsSpec(
            pick(letter.activeFields, ...names),
            letter.fields,
            getBasicEvalContext(letter.config)
        );
        const [values] = await orm.webRead(resModel, [resId], { specification });
        if (values && letter.resId === resId) {
            letter._applyValues(values);
        }
    }

    /** @param {Iterable<File>} files */
    function add(files) {
        const letter = getLetter();
        const accepted = [...files].filter((file) => checkFileSize(file.size, notification));
        queue = queue.then(async () => {
            for (const file of accepted) {
                await upload(file, letter);
            }
            if (accepted.length) {
                await refresh(letter);
            }
        });
        return queue;
    }

    async function remove(id) {
        const letter = getLetter();
        await orm.unlink("ir.attachment", [id]);
        await refresh(letter);
    }

    return {
        state,
        add,
        remove,
        /** @returns {Promise<void>} settled when all files have arrived */
        whenSettled: () => queue,
    };
}
