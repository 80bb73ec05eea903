// What every page of readers can do, one file when it is collected: see `newsroom.web.joined_files`.
import "./search.js";
import "./offline/page.js";
import "./settings.js";
import "./relative_times.js";
import "./menu.js";
