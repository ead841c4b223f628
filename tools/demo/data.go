package main

import "github.com/seastack/seastack/core/services/applications"

// What the data is made of. To change it makes other data of the same days.
var (
	given = []string{
		"Ada", "Alan", "Barbara", "Donald", "Edsger", "Frances", "Grace", "Hedy", "Ivan", "Joan", "Ken", "Katherine", "Margaret", "Niklaus", "Radia",
	}
	family       = []string{"Adler", "Brandt", "Costa", "Dubois", "Eriksen", "Fischer", "Garcia", "Horvat", "Ito", "Jansen", "Kowalski", "Lindqvist", "Moreau"}
	interviewers = []string{"amara", "bjorn", "chiara", "dmitri", "elena", "farid"}
	skills       = []string{"Go", "PostgreSQL", "Terraform", "AWS", "C++", "Python", "TypeScript", "Kubernetes", "GraphQL", "Rust", "SQL", "Linux"}
	headlines    = []string{"Backend engineer", "Platform engineer", "Data engineer", "Engineering manager", "Site reliability engineer"}
	locations    = []string{"Berlin", "Lisbon", "Stockholm", "Zagreb", "remote"}
	positions    = []applications.Position{
		position("Backend engineer", 3, "Go", "PostgreSQL"),
		position("Platform engineer", 5, "AWS", "Terraform"),
		position("Data engineer", 2, "SQL", "Python"),
		position("Engineering manager", 8),
	}
)

func position(title string, years int, required ...string) applications.Position {
	return applications.Position{Title: title, Criteria: applications.Criteria{
		RequiredSkills: append([]string{}, required...), NiceSkills: []string{"Linux"}, MinimumYears: years,
	}}
}

// transcript is of an interview: interviewer, candidate, skill, years, candidate.
const transcript = `%[1]s: What have you worked on lately?
%[2]s: I have worked with %[3]s for %[4]d years, most of it on services that must not stop.
%[1]s: What was hard about that?
%[2]s: To change them without anybody noticing. We tested every deployment in an account of its own.
%[5]s: I will send you the code sample by Friday.`
