#!/bin/sh
# The schema and the data that every portal has. As the owner of the tables; may be run again at any time.
set -eu
export DATABASE_URL="$DATABASE_OWNER_URL"
python manage.py check --deploy --fail-level WARNING
python manage.py migrate --no-input
python manage.py createcachetable
python manage.py load_reference
python manage.py load_awards
python manage.py load_instruments
