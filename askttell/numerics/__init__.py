"""Arrays in, arrays out: the mathematics of the strategies, ignorant of spaces and histories."""
