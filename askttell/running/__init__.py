"""`Study.run`: the loop, what is in flight, executors, what a worker does, when a run ends, and what it shows."""
