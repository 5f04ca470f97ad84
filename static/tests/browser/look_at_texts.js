/**
 * Shows letters in the reader, and tells where their texts stand. Run by tests/test_dark_letters.py,
 * which gives the page `takePicture` and looks at the pixels.
 */

const LONGEST_WAIT = 15_000; // ms
const SHOWN =
    ".o_iris_reader .o_iris_letter_body:not(.o_iris_letter_waiting)[aria-busy=false] iframe";

async function until(find, what) {
    const start = performance.now();
    let result;
    while (!(result = find())) {
        if (performance.now() - start > LONGEST_WAIT) {
            throw new Error(`in vain: ${what}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return result;
}

/** @returns {Object[]} each text of a page, with its place on the screen */
function findTexts(frame) {
    const { left, top } = frame.getBoundingClientRect();
    const { contentDocument } = frame;
    contentDocument.querySelectorAll("details").forEach((quote) => (quote.open = true));
    const walker = contentDocument.createTreeWalker(contentDocument.body, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) {
        const text = walker.currentNode.textContent.trim();
        if (text) {
            const range = contentDocument.createRange();
            range.selectNodeContents(walker.currentNode);
            const { x, y, width, height } = range.getBoundingClientRect();
            if (width) {
                texts.push({ text, x: left + x, y: top + y, width, height });
            }
        }
    }
    return texts;
}

window.lookAtTexts = async (subjects) => {
    for (const [id, subject] of Object.entries(subjects)) {
        const row = await until(() => document.querySelector(`.o_iris_row[data-id="${id}"]`), id);
        row.querySelector(".o_iris_row_open").click();
        const frame = await until(() => {
            const isShown =
                document.querySelector(".o_iris_reader h2")?.innerText.trim() === subject;
            const found = isShown && document.querySelector(SHOWN);
            return found?.contentDocument?.querySelector(".iris-letter") && found;
        }, subject);
        await until(() => frame.src.includes(`/letter/${id}/`) || frame.dataset.src, "its page");
        await new Promise((resolve) => setTimeout(resolve, 300));
        const taken = new Promise((resolve) => (window.onPictureTaken = resolve));
        window.takePicture(JSON.stringify({ subject, texts: findTexts(frame) }));
        await taken;
    }
};
