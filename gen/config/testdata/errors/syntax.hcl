project = "hiring
