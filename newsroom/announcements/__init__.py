"""What became public, changed or went away: noted by the verbs, told by the worker to whatever passes it on."""
