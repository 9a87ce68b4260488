"""`python -m benchmarks [tables]`: Django first, then the measurements that need it."""

import sys
from importlib import import_module

import django

OTHERS = ("tables",)

django.setup()
name = sys.argv.pop(1) if sys.argv[1:2] and sys.argv[1] in OTHERS else "run"
sys.exit(import_module(f"benchmarks.{name}").main())
