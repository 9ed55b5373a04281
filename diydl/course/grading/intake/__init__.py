"""From what was handed in to submissions: files, zips, layouts of platforms, ids, times."""
