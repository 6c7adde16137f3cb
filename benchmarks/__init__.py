"""Measurements that anyone can repeat; nothing here is imported by the package. All use one thread of BLAS and of OpenMP."""

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # before NumPy is imported; processes that are started inherit it
