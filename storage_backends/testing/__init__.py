"""Laws that anybody can run on a storage of their own; Hypothesis is imported when a check is called, and no test runner is needed."""

from storage_backends.testing.check import ALWAYS, CLAIMS, check_log, checks
from storage_backends.testing.expectations import Broken, Make, TestedLog
from storage_backends.testing.processes import Child, Program, Say
from storage_backends.testing.strace import Traced, power_cut

__all__ = ["ALWAYS", "CLAIMS", "Broken", "Child", "Make", "Program", "Say", "TestedLog", "Traced", "check_log", "checks", "power_cut"]
