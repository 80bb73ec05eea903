"""A newsroom to look at: content as data files, pictures, and the seeding that puts them through the site's verbs."""
