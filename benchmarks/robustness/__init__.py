"""What a search survives: kills, torn writes, faults of system calls, damaged and fuzzed inputs, crowds of processes, many trials."""
