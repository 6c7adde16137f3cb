"""What can be learned of searches, as numbers and words: no files, no pictures. `importance` is for users, the rest for plots and pages."""
