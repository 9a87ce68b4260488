"""`python -m benchmarks`: Django first, then the measurements that need it."""

import sys
from importlib import import_module

import django

django.setup()
sys.exit(import_module("benchmarks.run").main())
