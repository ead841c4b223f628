cache {
  folder = "/mnt/seastack"
  bucket = "hiring-artifacts"
}
