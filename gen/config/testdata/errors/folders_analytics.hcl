folders {
  migrations           = "sql"
  analytics_migrations = "sql"
}
