import { ImageSavePlugin } from "@html_editor/main/media/image_save_plugin";
import { getImageSrc } from "@html_editor/utils/image";

/**
 * Pictures that are pasted into a letter become its own files, once, and are shown by an address
 * that only readers of the letter can open. Odoo's plugin makes addresses that anyone can open.
 */
export class PictureUploadPlugin extends ImageSavePlugin {
    /** @override */
    async saveB64Image(el, resModel, resId) {
        await this.upload(el, resModel, resId);
        el.classList.remove("o_b64_image_to_save");
    }

    /** @override */
    async saveModifiedImage(el, resModel, resId) {
        await this.upload(el, resModel, resId);
        el.classList.remove("o_modified_image_to_save");
        this.dispatchTo("on_image_saved_handlers", { imageEl: el });
    }

    async upload(el, resModel, resId) {
        const [kind, datas] = (getImageSrc(el) || "").split(";base64,");
        if (!datas || !el.matches("img")) {
            return;
        }
        const mimetype = kind.replace(/^data:/, "");
        const [id] = await this.services.orm.create("ir.attachment", [
            {
                name: el.dataset.fileName || `image.${mimetype.split("/").at(-1)}`,
                datas,
                res_model: resModel,
                res_id: resId,
            },
        ]);
        el.setAttribute("src", `/web/image/${id}`);
    }
}
