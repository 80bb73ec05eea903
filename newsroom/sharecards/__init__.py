"""Share cards: pictures with the headline, which chats and networks show of a link."""
