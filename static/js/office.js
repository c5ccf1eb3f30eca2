// What only the office's pages need.
import { startSearchDialog } from "./search_dialog.js";
import { startSchedule } from "./schedule.js";
import { startTicks } from "./ticks.js";

startSearchDialog();
startSchedule();
startTicks();
