"""`python -m benchmarks [what]`: Django first, then the measurements that need it. Without a word: the nominations."""

import sys
from importlib import import_module

import django

django.setup()
MEASURES = {
    "nominations": "run",
    "register": "register",
    "deadline": "deadline",
    "tables": "tables",
    "uploads": "uploads",
    "assigning": "assigning",
    "scoring": "scoring",
    "seal": "seal",
    "holders": "holders",
    "certificates": "certificates",
    "exports": "exports",
}
what = sys.argv.pop(1) if len(sys.argv) > 1 and sys.argv[1] in MEASURES else "nominations"
sys.exit(import_module(f"benchmarks.{MEASURES[what]}").main())
