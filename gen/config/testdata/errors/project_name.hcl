project = "Hiring Company"
