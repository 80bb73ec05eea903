"""Reading WXR, the format in which WordPress writes its content: a stream of items as plain values."""
