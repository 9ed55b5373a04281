"""What a class is told: scores, pages, pairs alike, marks in gradebooks."""
