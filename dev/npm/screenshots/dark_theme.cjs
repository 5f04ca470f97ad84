const { readFileSync } = require("node:fs");
const path = require("node:path");
const { call } = require("./session.cjs");

const BUNDLES = ["web.assets_web_dark", "web.assets_backend_lazy_dark"];
const NAME = "iris_email_dark_colours";
const FILE = `/${NAME}/dark_colours.scss`;

/** Style sheets that were compiled with other colours. */
async function forgetCompiled(page) {
    for (const bundle of BUNDLES) {
        const domain = [["url", "=like", `/web/assets/%/${bundle}%`]];
        const ids = await call(page, "ir.attachment", "search", [domain]);
        await call(page, "ir.attachment", "unlink", [ids]);
    }
}

/** Let the demo have dark colours while something is done; needs an administrator's page. */
async function withDarkColours(page, act) {
    const colours = readFileSync(path.join(__dirname, "dark_colours.scss"), "base64");
    const file = { name: NAME, url: FILE, type: "binary", mimetype: "text/scss", datas: colours };
    const fileIds = await call(page, "ir.attachment", "create", [[{ ...file, public: true }]]);
    const assets = BUNDLES.map((bundle) => ({
        name: NAME,
        bundle,
        path: FILE,
        directive: "prepend",
    }));
    const assetIds = await call(page, "ir.asset", "create", [assets]);
    try {
        await forgetCompiled(page);
        await act();
    } finally {
        await call(page, "ir.asset", "unlink", [assetIds]);
        await call(page, "ir.attachment", "unlink", [fileIds]);
        await forgetCompiled(page);
    }
}

module.exports = { withDarkColours };
