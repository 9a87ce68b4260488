-- The owner migrates. The web role reads and writes rows, and can neither change a table nor switch off a trigger,
-- so what is append-only stays so even if the web process is taken over.
CREATE ROLE portal_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE portal_web LOGIN PASSWORD :'web_password';
CREATE DATABASE :"database" OWNER portal_owner;
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO portal_web;

\connect :"database"
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO portal_web;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO portal_web;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO portal_web;
