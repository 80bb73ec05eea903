"""A newsroom to look at: content as data files, pictures, and the seeding that puts it through the verbs."""
