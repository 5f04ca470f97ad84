import { describe, expect, test } from "@odoo/hoot";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { FramePool, MOST_FRAMES } from "@iris_email/reader/frame_pool";

describe.current.tags("headless");
defineMailModels();

describe("pool of frames", () => {
    test("gives places away, but never moves them", () => {
        const pool = new FramePool();
        pool.show(1);
        pool.change(1, { withImages: true });
        pool.settle(1);
        for (const id of [2, 3, 4, 5, 6, 7, 8]) {
            pool.prepareNext([1, id], () => true);
            pool.settle(id);
        }
        expect(pool.places).toHaveLength(MOST_FRAMES);
        expect(pool.places.map(({ key }) => key)).toEqual([0, 1, 2, 3, 4, 5]);
        expect(pool.places.map(({ id }) => id)).toEqual([1, 7, 8, 4, 5, 6]);
        expect(pool.find(1).view.withImages).toBe(true);

        for (const id of [11, 12, 13, 14, 15, 16]) {
            pool.show(id);
        }
        expect(pool.find(1)).toBe(undefined);
        pool.prepareNext([16, 1], () => true);
        expect(pool.find(1)).toBe(undefined);
        pool.settle(16);
        [11, 12, 13, 14, 15].forEach((id) => pool.settle(id));
        pool.prepareNext([16, 1], () => true);
        expect(pool.find(1).view.withImages).toBe(false);
        expect(pool.find(1).view.wasShown).toBe(false);
    });

    test("prepares one letter at a time, and only those whose head is known", () => {
        const pool = new FramePool();
        pool.show(1);
        pool.prepareNext([1, 2], () => true);
        expect(pool.find(2)).toBe(undefined);
        pool.settle(1);
        pool.prepareNext([1, 2, 3, 4], (id) => id !== 2);
        pool.prepareNext([1, 2, 3, 4], (id) => id !== 2);
        expect(pool.places.map(({ id }) => id)).toEqual([1, 3]);
    });
});
