// Everything the pages of all portals share. Each module finds its own elements; a page without them pays nothing.
import "./htmx.js";
import { startConfirm } from "./confirm.js";
import { startCopying } from "./copy.js";
import { startDrafts } from "./drafts.js";
import { startFiles } from "./files.js";
import { startFormsets } from "./formset.js";
import { startGalleries } from "./gallery.js";
import { startLive } from "./live.js";
import { startMenus } from "./menus.js";
import { startMessages } from "./messages.js";
import { startOnline } from "./online.js";
import { startSharing } from "./share.js";
import { startSubmit } from "./submit.js";
import { startTally } from "./tally.js";
import { startResins } from "./resins.js";
import { startSuggestions } from "./suggest.js";
import { startUndo } from "./undo.js";
import { startErrorSummary } from "./error_summary.js";
import { startWindshields } from "./windshield.js";

startLive(); // first: it remembers the page as the server said it
startMenus();
startMessages();
startConfirm();
startUndo();
startSubmit();
startFormsets();
startTally();
startSuggestions();
startOnline();
startGalleries();
startCopying();
startSharing();
startErrorSummary();
startFiles(startDrafts());
startWindshields(); // after the drafts, whose marks it draws
startResins(); // and whose temperature it reads
