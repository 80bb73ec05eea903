// What an article can do besides.
import "./comments.js";
import "./contents.js";
import "./share.js";
import "./saved.js";
import "./reading.js";
