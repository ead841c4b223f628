package applications

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/seastack/seastack/core/services/candidates"
)

// Finding is one criterion, and whether an application meets it.
type Finding struct {
	Criterion string `json:"criterion"` // as in "required skill: Go"
	Met       bool   `json:"met"`
	Points    int    `json:"points"` // of Of
	Of        int    `json:"of"`     // those of all findings are 100
	Why       string `json:"why"`
}

// The weights of criteria, of which those that a role has share the 100 points.
const (
	requiredWeight = 6 // of each skill
	niceWeight     = 2 // of each skill
	yearsWeight    = 6
	locationWeight = 4
)

// fullScore is the score of an application that meets all criteria.
const fullScore = 100

// judgement is a finding before the points are shared out.
type judgement struct {
	Finding
	weight int
	part   float64 // of the points, 0 to 1
}

// review returns the score of an application and the findings behind it. It is a
// function of its arguments alone.
func review(c Criteria, a *Application, who *candidates.Candidate) (score int, findings []Finding) {
	judgements := judge(c, a, who)
	if len(judgements) == 0 {
		return fullScore, []Finding{}
	}
	for i, share := range shares(judgements) {
		f := judgements[i].Finding
		f.Of = share
		f.Points = int(judgements[i].part * float64(share))
		score += f.Points
		findings = append(findings, f)
	}
	return score, findings
}

func judge(c Criteria, a *Application, who *candidates.Candidate) (all []judgement) {
	for _, skill := range c.RequiredSkills {
		all = append(all, judgeSkill("required skill: "+skill, skill, requiredWeight, a, who))
	}
	for _, skill := range c.NiceSkills {
		all = append(all, judgeSkill("nice to have: "+skill, skill, niceWeight, a, who))
	}
	if c.MinimumYears > 0 {
		all = append(all, judgeYears(c.MinimumYears, a.Years))
	}
	if c.Location != "" {
		all = append(all, judgeLocation(c.Location, who.Location))
	}
	return all
}

// judgeSkill looks for a skill in the profile, and then in the covering letter.
func judgeSkill(criterion, skill string, weight int, a *Application, who *candidates.Candidate) judgement {
	j := judgement{weight: weight}
	j.Criterion, j.Why = criterion, "neither the profile nor the letter names it"
	switch {
	case slices.ContainsFunc(who.Skills, func(s string) bool { return strings.EqualFold(s, skill) }):
		j.Met, j.part, j.Why = true, 1, "the profile has it"
	case names(a.Cover, skill):
		j.Met, j.part, j.Why = true, 1, "the letter names it"
	}
	return j
}

func judgeYears(minimum, years int) judgement {
	j := judgement{weight: yearsWeight, part: min(1, float64(years)/float64(minimum))}
	j.Criterion, j.Why = fmt.Sprintf("years of experience: %d", minimum), fmt.Sprintf("the application has %d", years)
	j.Met = years >= minimum
	return j
}

func judgeLocation(wanted, location string) judgement {
	j := judgement{weight: locationWeight}
	j.Criterion, j.Why = "location: "+wanted, "the profile has another one, or none"
	if names(location, wanted) {
		j.Met, j.part, j.Why = true, 1, "the profile has it"
	}
	return j
}

// shares divides the full score by weight. What is left after rounding down goes
// to the first ones, a point each.
func shares(judgements []judgement) []int {
	total := 0
	for _, j := range judgements {
		total += j.weight
	}
	all, left := make([]int, len(judgements)), fullScore
	for i, j := range judgements {
		all[i] = fullScore * j.weight / total
		left -= all[i]
	}
	for i := range left {
		all[i]++
	}
	return all
}

// names reports whether a text names something in words of its own, whatever the
// case: "Go" is not in "Django", "C" not in "C++", and "js" not in "node.js".
func names(text, wanted string) bool {
	text, wanted = strings.ToLower(text), strings.ToLower(wanted)
	for from := 0; ; {
		at := strings.Index(text[from:], wanted)
		if at < 0 || wanted == "" {
			return false
		}
		at += from
		if !endsInWord(text[:at]) && !beginsWithWord(text[at+len(wanted):]) {
			return true
		}
		from = at + 1
	}
}

// A full stop is a part of a word that goes on behind it.
func endsInWord(text string) bool {
	last, size := utf8.DecodeLastRuneInString(text)
	if last == '.' {
		last, _ = utf8.DecodeLastRuneInString(text[:len(text)-size])
	}
	return isWord(last)
}

func beginsWithWord(text string) bool {
	first, size := utf8.DecodeRuneInString(text)
	if first == '.' {
		first, _ = utf8.DecodeRuneInString(text[size:])
	}
	return isWord(first)
}

// isWord reports whether a rune is a part of names such as C++ and C#.
func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '+' || r == '#' }
