"""The people of the desk: how they sign in, and where they are signed in."""
