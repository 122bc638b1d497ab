-- What tells one schema from another: databases that answer alike are of the same one, whenever each was made.
SELECT name, checksum FROM schema_migrations ORDER BY name
