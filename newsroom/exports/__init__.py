"""Taking the newspaper along: everything as WXR or JSON Lines, or what readers see as files for an archive."""
