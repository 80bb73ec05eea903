"""What readers reach below /comments/, each matter in a file of its own."""
