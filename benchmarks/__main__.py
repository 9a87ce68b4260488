"""`python -m benchmarks`: Django first, then the measurements that need it. `uploads` measures those instead."""

import sys
from importlib import import_module

import django

django.setup()
name = sys.argv.pop(1) if sys.argv[1:2] == ["uploads"] else "run"
sys.exit(import_module(f"benchmarks.{name}").main())
