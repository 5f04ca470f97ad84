import { reactive, useState } from "@odoo/owl";
const settings = reactive({ conversations: true, density: "comfortable", readSeconds: 0, desktopNotifications: false });
export function getMailSettings() { return settings; }
export function useMailSettings() { return useState(settings); }
