package applications

import (
	"fmt"
	"testing"

	"github.com/seastack/seastack/core/services/candidates"
)

func TestNames(t *testing.T) {
	for _, c := range []struct {
		text, wanted string
		want         bool
	}{
		{"I write Go.", "go", true},
		{"Go", "Go", true},
		{"Django", "go", false},
		{"C++ and C#", "c", false},
		{"C++ and C#", "C#", true},
		{"C++, C", "C", true},
		{"node.js", "js", false},
		{"node.js.", "Node.js", true},
		{"I know .NET well", ".net", true},
		{"goo go", "go", true},
		{"Größe", "größe", true},
		{"", "go", false},
		{"go", "", false},
	} {
		if got := names(c.text, c.wanted); got != c.want {
			t.Errorf("names(%q, %q) = %t", c.text, c.wanted, got)
		}
	}
}

// Whatever the criteria are, their points are 100 in all, and who meets all of them
// has all of these.
func TestPointsAreAHundred(t *testing.T) {
	for required := range 8 {
		for nice := range 4 {
			for years := range 2 {
				c, who := Criteria{MinimumYears: years * 5}, &candidates.Candidate{}
				for i := range required {
					c.RequiredSkills = append(c.RequiredSkills, fmt.Sprint("r", i))
				}
				for i := range nice {
					c.NiceSkills = append(c.NiceSkills, fmt.Sprint("n", i))
				}
				who.Skills = append(append(who.Skills, c.RequiredSkills...), c.NiceSkills...)
				score, findings := review(c, &Application{Years: 60}, who)
				of := 0
				for _, f := range findings {
					of += f.Of
				}
				if score != fullScore || len(findings) > 0 && of != fullScore {
					t.Errorf("%+v: score %d of %d", c, score, of)
				}
			}
		}
	}
}

func TestNobodyFitsByChance(t *testing.T) {
	c := Criteria{RequiredSkills: []string{"Go"}, NiceSkills: []string{"SQL"}, MinimumYears: 3, Location: "Berlin"}
	score, findings := review(c, &Application{}, &candidates.Candidate{Location: "Bern"})
	if score != 0 || len(findings) != 4 {
		t.Errorf("score %d, %+v", score, findings)
	}
}
