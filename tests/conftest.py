"""Settings every test shares, made before numpy is imported."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # two busy cores: the threads of small matrices only fight
