#!/bin/sh
# Run once by the image, when the database is created.
set -eu
psql --no-psqlrc --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname=postgres \
    --set=database=portal --set=owner_password="$OWNER_PASSWORD" --set=web_password="$WEB_PASSWORD" --file=/deploy/roles.sql
